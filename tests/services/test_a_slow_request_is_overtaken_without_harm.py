"""A lease is renewed at each step of the work. Who was slower than the lease, and was overtaken, commits no further
command and asks Stripe for nothing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.models import AuditEntry
from billing.models import IdempotencyRecord, StripeCommand, Subscription
from billing.services import commands, idempotency, subscriptions
from billing.services.idempotency import LEASE, StillRunning
from tests.services.one_account import Shared
from tests.services.scenes import at_stripe


def claimed(now: datetime | None = None, **fields: Any) -> IdempotencyRecord:
    given = {"scope": "org_1", "key": "k", "request_hash": "h", "request_id": "req_1", **fields}
    return idempotency.claim(commands=StripeCommand.objects.all(), now=now or timezone.now(), **given).record


def prepared(by: Actor) -> StripeCommand:
    with transaction.atomic():
        return commands.prepare(operation="customers.update", parameters={}, organization_id=None, by=by)


@pytest.mark.django_db
def test_a_lease_is_half_a_minute() -> None:
    assert timedelta(seconds=30) == LEASE


@pytest.mark.django_db
def test_each_command_prolongs_it(by: Actor) -> None:
    record = claimed(timezone.now() - LEASE / 2)
    began = timezone.now()
    with idempotency.holding(record):
        prepared(by)
    fresh = IdempotencyRecord.objects.get()
    assert fresh.lease_until == record.lease_until >= began + LEASE


@pytest.mark.django_db
def test_one_that_ran_out_unnoticed_is_prolonged_too(by: Actor) -> None:
    record = claimed(timezone.now() - 2 * LEASE)
    with idempotency.holding(record):
        prepared(by)
    with pytest.raises(StillRunning):
        claimed(request_id="req_2")


@pytest.mark.django_db
def test_without_a_key_there_is_nothing_to_renew(by: Actor) -> None:
    idempotency.renew(now=timezone.now())
    assert prepared(by).status == "pending"
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db
def test_the_stored_answer_goes_by_the_renewed_lease() -> None:
    record = claimed()
    with idempotency.holding(record):
        idempotency.renew(now=timezone.now() + timedelta(seconds=5))
    assert idempotency.keep(record, status=201, body="{}", content_type="application/json")
    assert IdempotencyRecord.objects.get().status == "done"


def test_the_overtaken_gives_no_command(paying: Subscription, at_hand: Shared, by: Actor) -> None:
    before = StripeCommand.objects.count(), AuditEntry.objects.count()
    slow = claimed(timezone.now() - 2 * LEASE)
    claimed(request_id="req_2")
    with idempotency.holding(slow), pytest.raises(StillRunning, match="took over") as refusal:
        subscriptions.cancel(subscription=paying, by=by)
    assert refusal.value.code == "idempotency_in_progress"
    assert (StripeCommand.objects.count(), AuditEntry.objects.count()) == before
    assert not idempotency.keep(slow, status=200, body="late", content_type="")


def test_the_overtaken_does_not_ask_stripe(paying: Subscription, at_hand: Shared, by: Actor) -> None:
    """Overtaken between its commit and the call: whoever took over goes on with the command."""
    slow = claimed()
    with idempotency.holding(slow), transaction.atomic():
        command = commands.prepare(
            operation="subscriptions.update",
            parameters={"id": paying.stripe_id, "cancel_at_period_end": True},
            organization_id=paying.organization_id,
            by=by,
        )
    IdempotencyRecord.objects.update(lease_until=timezone.now())
    claimed(request_id="req_2")
    with idempotency.holding(slow), pytest.raises(StillRunning):
        commands.run(command)
    (theirs,) = [one for one in at_stripe(at_hand.base, "subscriptions") if one["id"] == paying.stripe_id]
    assert theirs["cancel_at_period_end"] is False
    assert StripeCommand.objects.get(pk=command.pk).status == "pending"


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees its first look again
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_nobody_takes_over_between_a_command_and_its_commit(committing: str, by: Actor) -> None:
    """The second finds no command yet, wants the key, waits for the first one's commit, and is told to wait."""
    slow = claimed(timezone.now() - 2 * LEASE)
    gave_command = threading.Event()

    def take() -> str:
        try:
            assert gave_command.wait(30)
            claimed(request_id="req_2")
        except StillRunning as refusal:
            return refusal.code
        else:
            return "taken"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        second = other.submit(take)
        with idempotency.holding(slow), transaction.atomic():
            commands.prepare(operation="customers.update", parameters={}, organization_id=None, by=by)
            gave_command.set()
            deadline = time.monotonic() + 30
            while not somebody_waits_for_a_row():
                assert time.monotonic() < deadline
                time.sleep(0.02)
        assert second.result(30) == "idempotency_in_progress"
    assert IdempotencyRecord.objects.get().request_id == "req_1"
