"""After a mistake in the projection the rows are made again from what Stripe said; what is ours stays."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.jobs import TakenOver, running
from billing.models import JobRun, Organization, StripeObject, WebhookEvent
from billing.projection import rebuild
from tests.commands.running import run
from tests.inbox.webhooks import customer, encoded, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    for number in range(3):
        about = customer(f"cus_{number}", name=f"Company {number}")
        receive(encoded(event(f"evt_{number}", about=about)), now=timezone.now())
    process_due()


def test_with_nothing_stored_there_is_nothing_to_do() -> None:
    assert json.loads(run("rebuild_projection", "--json")) == {}
    assert run("rebuild_projection").startswith("0 objects projected")


@pytest.mark.usefixtures("three")
def test_wrong_rows_become_right() -> None:
    before = list(Organization.objects.order_by("id").values())
    Organization.objects.update(name="Wrong", email="wrong@example.com", balance=99)
    assert json.loads(run("rebuild_projection", "--json")) == {"customer": 3}
    assert list(Organization.objects.order_by("id").values()) == before


@pytest.mark.usefixtures("three")
def test_what_is_ours_stays() -> None:
    Organization.objects.update(time_zone="Asia/Tokyo", locale="de", anchor_day=5)
    run("rebuild_projection")
    assert set(Organization.objects.values_list("time_zone", "locale", "anchor_day")) == {("Asia/Tokyo", "de", 5)}


@pytest.mark.usefixtures("three")
def test_snapshots_and_events_are_only_read() -> None:
    def stored() -> list[object]:
        return [list(model.objects.order_by("id").values()) for model in (StripeObject, WebhookEvent)]

    before = stored()
    run("rebuild_projection")
    run("rebuild_projection")
    assert stored() == before


@pytest.mark.usefixtures("three")
def test_it_counts_as_it_goes() -> None:
    printed = run("rebuild_projection")
    assert "customer: 3" in printed
    assert "\n3 objects projected, " in printed


@pytest.mark.usefixtures("three")
def test_a_run_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 1)
    Organization.objects.update(name="Wrong")
    going = rebuild.rebuild_projection()
    next(going)
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # as if its process were gone
    assert json.loads(run("rebuild_projection", "--json")) == {"customer": 2}
    assert not Organization.objects.filter(name="Wrong").exists()
    with pytest.raises(TakenOver):
        next(going)
    assert json.loads(run("rebuild_projection", "--json")) == {"customer": 3}


@pytest.mark.usefixtures("three")
def test_a_run_that_was_killed_may_be_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 1)
    next(rebuild.rebuild_projection())
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert json.loads(run("rebuild_projection", "--restart", "--json")) == {"customer": 3}


@pytest.mark.usefixtures("three")
def test_two_at_once_are_refused() -> None:
    with running(rebuild.JOB), pytest.raises(CommandError, match="running already"):
        run("rebuild_projection")
