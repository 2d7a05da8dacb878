"""A crash or a silence between our commit and Stripe's answer: asked again with the same key, done once. Row F04."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.models import AuditEntry
from billing.gateway import client
from billing.models import Organization, StripeCommand, Subscription
from billing.services import commands, payment_methods, subscriptions
from billing.services.errors import OutcomeUnknown
from billing.services.resuming import resume_due
from tests.services.scenes import a_customer, at_stripe, break_next
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")
START = "POST /v1/subscriptions"


@pytest.fixture
def organization(sandbox: str, by: Actor) -> Organization:
    made = a_customer(by)
    payment_methods.attach(organization=made, payment_method="pm_card_visa", by=by)
    return made


def the_command() -> StripeCommand:
    return StripeCommand.objects.get(operation="subscriptions.create")


def later() -> datetime:
    """When every lease and pause is over."""
    return timezone.now() + timedelta(hours=1)


def assert_done_once(sandbox: str) -> None:
    (made,) = at_stripe(sandbox, "subscriptions")
    command = the_command()
    assert (command.status, command.result_id, command.error_code) == ("done", made["id"], "")
    assert Subscription.objects.get().stripe_id == made["id"]
    assert len(at_stripe(sandbox, "charges")) == 1
    assert AuditEntry.objects.filter(action="subscription.start_requested").count() == 1
    assert AuditEntry.objects.filter(action="command.done", target_id=command.public_id).count() == 1
    deliver(sandbox)
    assert Subscription.objects.count() == 1
    assert resume_due(now=later()) == 0


class Crash(BaseException):
    """The process ends here: nobody catches it."""


@pytest.mark.parametrize("asked", [False, True])
def test_a_crash_around_the_call(
    sandbox: str, organization: Organization, by: Actor, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    perform = commands.perform

    def crash(*words: Any, **options: Any) -> Any:
        if asked:
            perform(*words, **options)
        raise Crash

    monkeypatch.setattr(commands, "perform", crash)
    with pytest.raises(Crash):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    monkeypatch.setattr(commands, "perform", perform)
    assert the_command().status == "pending"
    assert len(at_stripe(sandbox, "subscriptions")) == int(asked)
    assert resume_due() == 0  # the lease is still held
    assert resume_due(now=later()) == 1
    assert_done_once(sandbox)


def test_a_process_killed_while_it_waits(
    sandbox: str, organization: Organization, database_urls: Callable[[str], str]
) -> None:
    break_next(sandbox, START, "slow", seconds=3)
    environment = {**os.environ, "DATABASE_URL": database_urls("app_rw"), "STRIPE_API_BASE": sandbox}
    script = Path(__file__).with_name("starts_and_waits.py")
    child = subprocess.Popen(
        [sys.executable, str(script), str(organization.pk)], cwd=Path.cwd(), env={**environment, "PYTHONPATH": "."}
    )
    deadline = time.monotonic() + 60
    while not StripeCommand.objects.filter(operation="subscriptions.create").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.wait()
    assert the_command().status == "pending"
    assert not Subscription.objects.exists()
    resume_due(now=later())
    if the_command().status != "done":  # the request of the dead process holds the key at Stripe
        deadline = time.monotonic() + 30
        while not at_stripe(sandbox, "subscriptions"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        resume_due(now=later() + timedelta(hours=1))
    assert_done_once(sandbox)


def test_what_was_done_under_other_words_is_found_all_the_same(
    sandbox: str, organization: Organization, by: Actor
) -> None:
    """Asked again with them, Stripe would refuse the key; but it is not asked again."""
    break_next(sandbox, START, "drop_response")
    with pytest.raises(OutcomeUnknown):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    command = the_command()
    command.parameters["items"][0]["quantity"] = 7
    command.save()
    resume_due(now=later())
    assert_done_once(sandbox)


@pytest.mark.parametrize("kind", ["drop_response", "reset", "timeout"])
def test_an_answer_that_never_came(
    sandbox: str, organization: Organization, by: Actor, settings: Any, kind: str
) -> None:
    settings.STRIPE_TIMEOUT_SECONDS = 1
    client._client.cache_clear()
    break_next(sandbox, START, kind, seconds=2)
    with pytest.raises(OutcomeUnknown) as silence:
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    assert silence.value.command == the_command()
    assert the_command().status == "unknown"
    assert not Subscription.objects.exists()
    deadline = time.monotonic() + 30
    while the_command().status != "done":
        assert time.monotonic() < deadline
        StripeCommand.objects.update(next_attempt_at=timezone.now())  # while Stripe still works, each try is put off
        resume_due()
    assert_done_once(sandbox)


def test_a_busy_stripe_is_asked_again(sandbox: str, organization: Organization, by: Actor) -> None:
    """429: nothing was done, and that is known."""
    break_next(sandbox, START, "error_429", retry_after=1)
    with pytest.raises(OutcomeUnknown):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    assert (the_command().status, the_command().attempts) == ("pending", 1)
    assert the_command().next_attempt_at > timezone.now()
    resume_due(now=later())
    assert_done_once(sandbox)


def test_while_it_is_unknown_nobody_starts_another(sandbox: str, organization: Organization, by: Actor) -> None:
    break_next(sandbox, START, "drop_response")
    with pytest.raises(OutcomeUnknown):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    with pytest.raises(subscriptions.CannotSubscribe):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    resume_due(now=later())
    assert_done_once(sandbox)


def test_the_pauses_of_a_stubborn_stripe_grow(sandbox: str, organization: Organization, by: Actor) -> None:
    break_next(sandbox, START, "error_429", count=4)
    with pytest.raises(OutcomeUnknown):
        subscriptions.start(organization=organization, plan_code="professional", by=by)
    pauses = []
    for _ in range(3):
        resume_due(now=the_command().next_attempt_at)
        pauses.append(the_command().next_attempt_at - timezone.now())
    assert pauses == sorted(pauses)
    assert the_command().attempts == 4
    resume_due(now=the_command().next_attempt_at)
    assert_done_once(sandbox)
