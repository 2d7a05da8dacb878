"""Several clients send the same events at the same moment, again and again, in any order: each counts once."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from tests.factories import OrganizationFactory
from tests.usage.sending import NOW, at_once, event, raw, recounted, rolled_up
from usage.ingest.outcome import Outcome
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.models import UsageBucket, UsageEvent
from usage.store import retry

pytestmark = pytest.mark.usefixtures("committing")
INSTALLATION = Sender()


def sending(batches: list[list[bytes]], sender: Sender = INSTALLATION) -> Callable[[], list[Outcome]]:
    return lambda: [receive(batch, sender=sender, now=NOW) for batch in batches]


def test_four_clients_three_times_each(organization):
    batch = raw(
        event(number, value=number % 7, time=f"2026-03-{1 + number % 15:02}T10:59:59Z") for number in range(2000)
    )
    results = at_once(*[sending([batch] * 3, Sender(organization))] * 4)
    outcomes = [outcome for client in results for outcome in client]
    assert sum(outcome.accepted for outcome in outcomes) == 2000
    assert sum(outcome.duplicates for outcome in outcomes) == 11 * 2000
    assert all(outcome.rejected == [] for outcome in outcomes)
    assert UsageEvent.objects.count() == 2000
    assert rolled_up() == recounted()
    assert sum(bucket.total for bucket in UsageBucket.objects.all()) == sum(number % 7 for number in range(2000))


def test_hot_organizations_in_any_order_do_not_deadlock(meter, monkeypatch):
    """Overlapping batches over ten organizations, each client in an order of its own. A single deadlock fails."""
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    names = [OrganizationFactory().public_id for _ in range(10)]
    events = [
        event(number, subject=names[number % 10], time=f"2026-03-15T{number % 12:02}:00:00Z") for number in range(1500)
    ]
    clients = []
    for seed in range(4):
        chance = random.Random(seed)
        batches = [raw(chance.sample(events, 150)) for _ in range(25)]
        clients.append(sending(batches))
    outcomes = [outcome for client in at_once(*clients) for outcome in client]
    assert all(outcome.rejected == [] for outcome in outcomes)
    assert sum(outcome.accepted for outcome in outcomes) == UsageEvent.objects.count()
    assert sum(outcome.accepted + outcome.duplicates for outcome in outcomes) == 4 * 25 * 150
    assert rolled_up() == recounted()


def test_two_payloads_race_for_one_id(organization):
    """Which one stands is open; that exactly one does is not."""
    works = [
        sending([raw(event(number, value=value) for number in range(300))], Sender(organization)) for value in (1, 2)
    ]
    outcomes = [outcome for client in at_once(*works) for outcome in client]
    assert sum(outcome.accepted for outcome in outcomes) == 300
    assert [one.code for outcome in outcomes for one in outcome.rejected] == ["event_conflict"] * 300
    assert rolled_up() == recounted()


def test_a_client_that_dies_in_the_middle_leaves_nothing_behind(organization):
    """Its backend is ended while it waits for a bucket, with all events inserted; the retry counts them once."""
    receive(raw([event("first")]), sender=Sender(organization), now=NOW)
    batch = raw(event(number) for number in range(50))
    with transaction.atomic():
        list(UsageBucket.objects.select_for_update().all())
        ended = at_once(partial(refused, batch, organization), end_the_waiting_backend)
    assert ended[0] is True
    assert UsageEvent.objects.count() == 1
    assert rolled_up() == recounted()
    assert receive(batch, sender=Sender(organization), now=NOW).accepted == 50
    assert rolled_up() == recounted()


def refused(batch, organization) -> bool:
    with pytest.raises(OperationalError):
        receive(batch, sender=Sender(organization), now=NOW)
    return True


def end_the_waiting_backend() -> None:
    """Ask until one waits for a lock, at most for as long as a statement may take."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '30s'")
        cursor.execute(
            "DO $$ BEGIN WHILE (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock') = 0 LOOP "
            "PERFORM pg_sleep(0.01), pg_stat_clear_snapshot(); END LOOP; END $$"
        )
