"""Staff ask for a reconciliation: its scope, what the last one like it cost, and never a second beside it."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from billing.models import ReconciliationRun
from billing.staff import StaffGroup
from tests.admin.addresses import list_of, page_of
from tests.admin.paid import client_of
from tests.admin.reading import words
from tests.admin.scene import staff

ASK = "/admin/billing/reconciliationrun/ask/"


@pytest.fixture
def scene(db: None) -> SimpleNamespace:
    """One whole comparison is done."""
    user = staff(StaffGroup.FINANCE, name="Dana")
    done = ReconciliationRun.objects.create(
        status="done",
        full=True,
        asked_by_kind="system",
        asked_by_id="system",
        finished_at=timezone.now(),
        stripe_calls=388,
    )
    return SimpleNamespace(user=user, client=client_of(user), done=done)


def text(answer) -> str:
    return words(answer.content.decode())


def test_the_form_says_what_one_costs(scene: SimpleNamespace) -> None:
    body = text(scene.client.get(ASK))
    assert "Everything that Stripe has: the last one took 388 Stripe calls" in body
    assert "not final: the last one took There was none yet." in body
    assert ReconciliationRun.objects.count() == 1


def test_what_is_asked_for_is_what_is_run(scene: SimpleNamespace) -> None:
    answer = scene.client.post(ASK, {"scope": "full", "nouns": ["invoice", "refund"]})
    run = ReconciliationRun.objects.latest("pk")
    assert (answer.status_code, answer.url) == (302, page_of(run))
    assert (run.status, run.full, run.nouns) == ("asked", True, ["invoice", "refund"])
    assert (run.asked_by_kind, run.asked_by_id) == ("staff", str(scene.user.pk))


def test_a_run_that_is_going_is_shown_instead(scene: SimpleNamespace) -> None:
    scene.client.post(ASK, {"scope": "usual"})
    going = ReconciliationRun.objects.latest("pk")
    assert "A comparison is going on already" in text(scene.client.get(ASK))
    assert scene.client.post(ASK, {"scope": "full"}).url == page_of(going)
    assert ReconciliationRun.objects.count() == 2


@pytest.mark.parametrize("given", [{}, {"scope": "all"}, {"scope": "usual", "nouns": ["invoice", "secrets"]}])
def test_a_scope_that_is_none_asks_nothing(scene: SimpleNamespace, given: dict[str, object]) -> None:
    assert scene.client.post(ASK, given).status_code == 422
    assert ReconciliationRun.objects.count() == 1


def test_a_run_is_asked_for_again_as_it_was(scene: SimpleNamespace) -> None:
    ReconciliationRun.objects.filter(pk=scene.done.pk).update(nouns=["invoice"])
    page = scene.client.get(page_of(scene.done)).content.decode()
    assert f"{ASK}?full=1&amp;nouns=invoice" in page
    form = scene.client.get(f"{ASK}?full=1&nouns=invoice&nouns=nonsense").content.decode()
    assert form.count("checked") == 2


def test_auditors_look_and_ask_nothing(scene: SimpleNamespace) -> None:
    client = client_of(staff(StaffGroup.AUDITOR))
    assert ASK not in client.get(list_of(ReconciliationRun)).content.decode()
    assert client.get(ASK).status_code == 403
    assert client.post(ASK, {"scope": "usual"}).status_code == 403
