"""A claim is a lease: who vanishes with events in hand gives them back when it ends, and a killer is found out.
Row F01."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEntry
from billing.domain.retry import MAX_LOSSES
from billing.inbox import heartbeat
from billing.inbox.claim import LEASE, claim_fresh, claim_lost, held
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import DeadLetter, WebhookAttempt, WebhookEvent
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]
KILLER = "evt_3"


class Killed(BaseException):
    """No handler of ours catches it: as if the process were gone."""


def give(count):
    for number in range(count):
        about = customer(f"cus_{number}", name=f"Name {number}")
        receive(encoded(event(f"evt_{number}", about=about, created=START + number)), now=timezone.now())


def statuses():
    return dict(WebhookEvent.objects.values_list("stripe_event_id", "status"))


def test_a_claim_is_seen_by_everybody_and_ends_by_itself():
    give(3)
    now = timezone.now()
    first = claim_fresh(500, now=now)
    assert len(first.ids) == 3
    assert set(statuses().values()) == {"processing"}
    assert claim_fresh(500, now=now).ids == claim_lost(500, now=now).ids == []
    again = claim_lost(500, now=now + LEASE)
    assert again.ids == first.ids
    assert set(WebhookAttempt.objects.values_list("outcome", "error_code")) == {("lost", "WorkerLost")}


def test_who_lost_the_lease_cannot_finish():
    give(1)
    first = claim_fresh(500, now=timezone.now())
    second = claim_lost(500, now=timezone.now() + LEASE)
    assert second.ids == first.ids
    with transaction.atomic():
        assert held(first, first.ids) == []
        assert [row.stripe_event_id for row in held(second, second.ids)] == ["evt_0"]


def test_a_renewed_lease_holds_on():
    give(1)
    now = timezone.now()
    claim = claim_fresh(10, now=now)
    claim.renew(claim.ids, now=now + timedelta(seconds=20))
    assert claim_lost(10, now=now + LEASE).ids == []


def test_while_stripe_is_asked_the_lease_is_renewed(monkeypatch):
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.01)
    give(1)
    claim = claim_fresh(500, now=timezone.now())
    WebhookEvent.objects.update(next_retry_at=timezone.now() - timedelta(hours=1))
    with heartbeat.beating(claim, claim.ids):
        deadline = timezone.now() + timedelta(seconds=20)
        while WebhookEvent.objects.get().next_retry_at < timezone.now() and timezone.now() < deadline:
            pass
    assert WebhookEvent.objects.get().next_retry_at > timezone.now()


def test_a_killer_takes_fewer_neighbours_along_each_time_and_dies_alone(mood: Mood):  # noqa: F811
    """Nine neighbours, one that kills whoever touches it: all neighbours are through, and it is a dead letter."""
    give(10)

    def kill(event):
        if event.id == KILLER:
            raise Killed
        return False

    mood.breaks = kill
    now, deaths = timezone.now(), 0
    for _ in range(40):
        try:
            process_due(now=now)
        except Killed:
            deaths += 1
        now += LEASE + timedelta(seconds=1)
    assert statuses() == {f"evt_{number}": "dead" if f"evt_{number}" == KILLER else "processed" for number in range(10)}
    assert deaths == MAX_LOSSES
    letter = DeadLetter.objects.get()
    assert (letter.event.stripe_event_id, letter.error_code, letter.status) == (KILLER, "WorkerLost", "open")
    assert AuditEntry.objects.filter(target_id="handled evt_5").count() == 1
    assert WebhookAttempt.objects.filter(event=letter.event, outcome="lost").count() == MAX_LOSSES


def test_a_killer_never_holds_up_who_comes_after(mood: Mood):  # noqa: F811
    give(4)

    def kill(event):
        if event.id == KILLER:
            raise Killed
        return False

    mood.breaks = kill
    now = timezone.now()
    with pytest.raises(Killed):
        process_due(now=now)
    receive(encoded(event("evt_new", about=customer("cus_new"), created=START + 99)), now=now)
    now += LEASE + timedelta(seconds=1)
    with pytest.raises(Killed):
        process_due(now=now)
    assert statuses()["evt_new"] == "processed"


def test_two_hundred_events_survive_twenty_deaths(mood: Mood):  # noqa: F811
    """Row F01 in one process: whoever dies at random moments, each event has one effect and none is given up."""
    give(200)
    calls = iter(range(10**9))

    def kill_now_and_then(event):
        if next(calls) % 13 == 12 and deaths[0] < 20:
            deaths[0] += 1
            raise Killed
        return False

    deaths, now = [0], timezone.now()
    mood.breaks = kill_now_and_then
    for _ in range(120):
        with contextlib.suppress(Killed):
            process_due(now=now)
        now += LEASE + timedelta(seconds=1)
    assert deaths[0] == 20
    assert set(statuses().values()) == {"processed"}
    assert AuditEntry.objects.filter(target_id__startswith="handled").count() == 200
    assert not DeadLetter.objects.exists()
