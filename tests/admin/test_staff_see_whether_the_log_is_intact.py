"""Green only with its time: a page that says "intact" of a log that nobody read would be worse than none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Anchor, AuditEntry, Verification
from billing.staff import StaffGroup
from tests.admin.reading import words
from tests.admin.scene import staff
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db

CHAIN = "/admin/audit/chain/"


def verified(*, days: int = 0, **fields: object) -> Verification:
    at = timezone.now() - timedelta(days=days)
    given = {"intact": True, "entries": 1234, "chains": 2, "finished_at": at, **fields}
    return Verification.objects.create(started_at=at, **given)


def shown(admin: Client) -> str:
    return words(admin.get(CHAIN).content.decode())


def test_its_address():
    assert reverse("admin:audit_chain") == CHAIN


def test_a_log_that_was_never_read_is_not_called_intact(admin: Client):
    text = shown(admin)
    assert "Never verified" in text
    assert "Intact" not in text
    assert "Heads are not anchored" in text


def test_an_intact_one_with_its_time(admin: Client):
    verified()
    text = shown(admin)
    assert "Intact when last read" in text
    assert "1,234" in text
    assert "Broken" not in text


def test_one_that_was_read_long_ago(admin: Client):
    verified(days=3)
    text = shown(admin)
    assert "Not read for 3 days" in text
    assert "Intact when last read" not in text


def test_a_broken_one_names_the_place_and_what_to_do(admin: Client):
    owner = OrganizationFactory(name="Acme & Sons")
    faults = [
        {"chain": owner.pk, "sequence": 17, "why": "it is missing"},
        {"chain": 0, "sequence": 3, "why": "<b>forged</b>"},
        {"chain": 999999, "sequence": 1, "why": "the chain has no head"},
    ]
    verified(intact=False, faults=faults)
    answer = admin.get(CHAIN)
    text = words(answer.content.decode())
    assert "Broken" in text
    assert "entry 17: it is missing" in text
    assert "verify_audit --anchor" in text
    assert "Acme &amp; Sons" in answer.content.decode()
    assert "<b>forged" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_a_run_that_did_not_end_changes_nothing_of_the_verdict(admin: Client):
    verified()
    verified(finished_at=None, intact=None)
    text = shown(admin)
    assert "Intact when last read" in text
    assert "Did not end" in text
    assert "looks again every 5 seconds" in text


def test_anchors_are_listed(admin: Client, settings):
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_ANCHOR_URL = "x", "/somewhere"
    Anchor.objects.create(
        made_at=timezone.now(), place="2026/11/30/audit-anchor-x.json", key_id="abc", chains=1, entries=5
    )
    text = shown(admin)
    assert "2026/11/30/audit-anchor-x.json" in text
    assert "Heads are not anchored" not in text


def test_verify_now_asks_a_worker_and_is_logged(
    admin: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr("billing.enqueue._twice", lambda send: rung.append(send.args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(CHAIN)
    assert (answer.status_code, answer["Location"]) == (302, CHAIN)
    assert rung == ["audit.verify_log"]
    assert AuditEntry.objects.get().action == "audit.verification_requested"


def test_by_get_nothing_is_done(admin: Client):
    admin.get(CHAIN)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("group", "may"), [(StaffGroup.AUDITOR, True), (StaffGroup.SUPPORT, False), (None, False)])
def test_who_may_not_read_the_log_may_not_see_its_chain(group: StaffGroup | None, may: bool):
    client = Client()
    client.force_login(staff(group))
    assert [client.get(CHAIN).status_code, client.post(CHAIN).status_code] == ([200, 302] if may else [403, 403])


def test_without_a_session_it_asks_to_sign_in():
    answer = Client().get(CHAIN)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
