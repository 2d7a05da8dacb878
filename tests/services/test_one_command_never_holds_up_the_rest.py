"""The sweep takes each due command once; a poisoned one is put off, and a Stripe that is away is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from audit.actor import Actor
from billing import jobs, tasks
from billing.models import JobRun, StripeCommand, StripePace
from billing.services import organizations
from billing.services.commands import prepare
from billing.services.errors import OutcomeUnknown, StripeUnavailable
from billing.services.resuming import resume_due
from tests.inbox.stripe_calls import calls_to_stripe
from tests.services.one_account import Shared
from tests.services.unanswered import later, now_of, steps_of, unanswered

pytestmark = pytest.mark.django_db


def prepared(operation: str, by: Actor, **parameters: Any) -> StripeCommand:
    return prepare(operation=operation, parameters=parameters, organization_id=None, by=by)


def stripe_is_away(seconds: float = 40) -> None:
    StripePace.objects.update(failures=5, openings=1, open_until=datetime.now(UTC) + timedelta(seconds=seconds))


def stripe_is_back() -> None:
    StripePace.objects.update(failures=0, openings=0, open_until=None)


def test_a_poisoned_one_is_put_off_and_the_next_done(at_hand: Shared, by: Actor) -> None:
    poisoned = prepared("customers.vanish", by)
    good = prepared("customers.create", by, email="good@example.com", name="Good")
    assert resume_due(now=later()) == 2
    assert now_of(good).status == "done"
    left = now_of(poisoned)
    assert (left.status, left.error_code, left.attempts) == ("unknown", "internal_error", 1)
    assert left.next_attempt_at > timezone.now()
    assert "KeyError" in left.error_message
    assert steps_of(poisoned) == ["unknown"]


def test_each_is_tried_once_a_pass(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "error_503")
    command = prepared("customers.create", by, email="once@example.com")
    assert resume_due(now=later(hours=20)) == 1
    assert (now_of(command).status, now_of(command).attempts) == ("unknown", 1)


def test_while_stripe_is_away_nothing_is_sent_and_nothing_becomes_unknown(at_hand: Shared, by: Actor) -> None:
    waiting = [prepared("customers.create", by, email=f"{number}@example.com") for number in range(3)]
    stripe_is_away()
    with calls_to_stripe() as calls:
        assert resume_due(now=later()) == 1
    assert calls() == {"customers.create": 1}  # refused by the breaker
    assert {(now_of(one).status, now_of(one).attempts) for one in waiting} == {("pending", 0)}
    stripe_is_back()
    assert resume_due(now=later(hours=2)) == 3
    assert {now_of(one).status for one in waiting} == {"done"}


def test_while_stripe_is_away_no_command_is_stored(at_hand: Shared, by: Actor) -> None:
    """What is refused now must not be done later, unexpectedly."""
    stripe_is_away()
    with pytest.raises(StripeUnavailable) as refusal:
        organizations.register(name="Acme", email="acme@example.com", by=by)
    assert (refusal.value.status, 30 < refusal.value.retry_after <= 40) == (503, True)
    assert not StripeCommand.objects.exists()


def test_a_pause_is_never_shorter_than_stripe_asked_for(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "error_429", retry_after=900)
    command = unanswered(organizations.register, name="Acme", email="slow@example.com", by=by)
    assert (command.status, command.error_code) == ("pending", "rate_limit")
    assert timedelta(minutes=14) < command.next_attempt_at - timezone.now() <= timedelta(minutes=15)
    assert steps_of(command) == ["postponed"]


def test_a_lock_is_asked_again_under_the_same_key(at_hand: Shared, by: Actor) -> None:
    at_hand.breaks("POST /v1/customers", "lock_timeout")
    command = unanswered(organizations.register, name="Acme", email="lock@example.com", by=by)
    assert command.status == "pending"
    resume_due(now=later())
    assert (now_of(command).status, now_of(command).idempotency_key) == ("done", command.public_id)


def test_the_lease_is_renewed_before_each(at_hand: Shared, by: Actor) -> None:
    for number in range(3):
        prepared("customers.update", by, id=f"cus_none{number}")
    renewed: list[int] = []
    resume_due(now=later(), renew=lambda: renewed.append(1))
    assert len(renewed) == 3


def test_the_task_runs_once_a_minute_and_leaves_its_history() -> None:
    for _ in range(3):
        tasks.resume_commands()
    assert JobRun.objects.get().status == "done"
    assert "billing.resume_commands" in current_app.tasks


def test_the_task_ends_quietly_where_another_runs(at_hand: Shared, by: Actor) -> None:
    command = prepared("customers.create", by, email="task@example.com")
    StripeCommand.objects.update(next_attempt_at=timezone.now())
    with jobs.running("resume_commands"):
        tasks.resume_commands()
    assert now_of(command).status == "pending"


def test_an_answer_that_cannot_be_read_back_is_looked_up_later(
    at_hand: Shared, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe did it; our rows were written meanwhile, and the second question got no answer."""
    from billing.gateway.errors import Unknown
    from billing.services import commands

    command = prepared("customers.create", by, email="read@example.com")
    real = commands.read_back

    def silent(*_: Any, **__: Any) -> None:
        raise Unknown("No answer.", code="no_answer")

    monkeypatch.setattr(commands, "read_back", silent)
    with pytest.raises(OutcomeUnknown):
        commands.run(command)
    assert (now_of(command).status, now_of(command).error_code) == ("unknown", "not_read_back")
    monkeypatch.setattr(commands, "read_back", real)
    resume_due(now=later())
    assert now_of(command).status == "done"
