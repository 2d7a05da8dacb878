"""A crash, a silent Stripe, a hand in the database: what was approved is done once, and only what was asked for."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from billing.gateway.client import ask
from billing.models import Approval, Payment, Refund, StripeCommand
from billing.queries.refunds import refundable
from billing.services import commands, subscriptions
from billing.services.approval_sweep import sweep
from billing.services.approvals import approve
from billing.services.errors import Cannot, OutcomeUnknown
from billing.services.refunds import refund
from billing.services.resuming import resume_due
from billing.staff import StaffGroup
from tests.services.refunding import REASON, asked, causes_of, person, steps_of
from tests.services.scenes import a_customer, at_stripe, break_next
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture(autouse=True)
def _low_limit(settings: Any) -> None:
    settings.APPROVAL_LIMIT_SUPPORT = {"usd": 1000}


@pytest.fixture
def paid(sandbox: str) -> Payment:
    subscriptions.start(
        organization=a_customer(SYSTEM), plan_code="professional", payment_method="pm_card_visa", by=SYSTEM
    )
    deliver(sandbox)
    return Payment.objects.get()


@pytest.fixture
def lee() -> Actor:
    return person(StaffGroup.FINANCE)


@pytest.fixture
def approval(paid: Payment) -> Approval:
    return asked(paid, 2900, person(StaffGroup.SUPPORT))


def later() -> datetime:
    return timezone.now() + timedelta(hours=1)


def assert_done_once(sandbox: str, approval: Approval) -> None:
    deliver(sandbox)
    sweep(now=timezone.now())
    (made,) = at_stripe(sandbox, "refunds")
    approval.refresh_from_db()
    assert (approval.status, approval.outcome) == ("executed", made["id"])
    assert Refund.objects.get().stripe_id == made["id"]
    assert steps_of(approval) == ["asked", "approved", "executed"]
    assert resume_due(now=later()) == 0
    assert sweep(now=later() + timedelta(days=2)) == 0


class Crash(BaseException):
    """The process ends here: nobody catches it."""


@pytest.mark.parametrize("asked_stripe", [False, True])
def test_a_crash_around_the_call(
    sandbox: str, approval: Approval, lee: Actor, monkeypatch: pytest.MonkeyPatch, asked_stripe: bool
) -> None:
    perform = commands.perform

    def crash(*words: Any, **options: Any) -> Any:
        if asked_stripe:
            perform(*words, **options)
        raise Crash

    monkeypatch.setattr(commands, "perform", crash)
    with pytest.raises(Crash):
        approve(approval=approval, by=lee, now=timezone.now())
    monkeypatch.setattr(commands, "perform", perform)
    approval.refresh_from_db()
    assert approval.status == "approved"
    assert sweep(now=timezone.now()) == 0  # nobody knows yet
    with pytest.raises(Cannot):  # and nobody can do it a second time meanwhile
        approve(approval=approval, by=person(StaffGroup.FINANCE), now=timezone.now())
    with pytest.raises(Cannot):
        refund(payment=Payment.objects.get(), amount=1, reason=REASON, by=SYSTEM)
    assert resume_due(now=later()) == 1
    approval.refresh_from_db()
    assert [one["amount"] for one in at_stripe(sandbox, "refunds")] == [2900]
    assert sweep(now=timezone.now()) == 1
    approval.refresh_from_db()
    assert approval.status == "executed"
    assert len(at_stripe(sandbox, "refunds")) == 1


def test_a_process_killed_between_commit_and_answer(
    sandbox: str, approval: Approval, lee: Actor, database_urls: Callable[[str], str]
) -> None:
    break_next(sandbox, "POST /v1/refunds", "slow", seconds=3)
    environment = {**os.environ, "DATABASE_URL": database_urls("app_rw"), "STRIPE_API_BASE": sandbox}
    script = Path(__file__).with_name("refunds_and_waits.py")
    child = subprocess.Popen(
        [sys.executable, str(script), lee.id], cwd=Path.cwd(), env={**environment, "PYTHONPATH": "."}
    )
    deadline = time.monotonic() + 60
    while not StripeCommand.objects.filter(operation="refunds.create").exists():
        assert child.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.wait()
    approval.refresh_from_db()
    assert approval.status == "approved"
    assert refundable(Payment.objects.get()).left == 0
    resume_due(now=later())
    if not at_stripe(sandbox, "refunds"):  # the request of the dead process holds the key at Stripe
        deadline = time.monotonic() + 30
        while not at_stripe(sandbox, "refunds"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    resume_due(now=later() + timedelta(hours=1))
    assert_done_once(sandbox, approval)


def test_a_silent_stripe_is_asked_again(sandbox: str, approval: Approval, lee: Actor) -> None:
    break_next(sandbox, "POST /v1/refunds", "drop_response")
    with pytest.raises(OutcomeUnknown):
        approve(approval=approval, by=lee, now=timezone.now())
    approval.refresh_from_db()
    assert approval.status == "approved"
    assert resume_due(now=later()) == 1
    assert_done_once(sandbox, approval)


EDITS = {
    "parameters": """UPDATE billing_approval SET parameters = '{"amount": 1, "currency": "usd", "reason_code": ""}'""",
    "amount": "UPDATE billing_approval SET amount = 1",
    "currency": "UPDATE billing_approval SET currency = 'eur'",
    "digest": f"UPDATE billing_approval SET digest = '{'0' * 64}'",
    "target": "UPDATE billing_approval SET target_id = 'pi_other'",
    "all of it": """UPDATE billing_approval SET amount = 1,
        parameters = '{"amount": 1, "currency": "usd", "reason_code": ""}'""",
}


def edited(approval: Approval, url: str, statement: str) -> None:
    """As the tables' owner does it who switches the guard off first: nobody else can."""
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE billing_approval DISABLE TRIGGER billing_approval_guard")
        connection.execute(statement)
        connection.execute("ALTER TABLE billing_approval ENABLE ALWAYS TRIGGER billing_approval_guard")
    approval.refresh_from_db()


@pytest.mark.parametrize("what", EDITS)
def test_what_was_edited_after_it_was_asked_is_refused(
    sandbox: str, approval: Approval, lee: Actor, database_urls: Callable[[str], str], what: str
) -> None:
    with pytest.raises(psycopg.Error), psycopg.connect(database_urls("app_rw")) as connection:
        connection.execute(EDITS[what])
    edited(approval, database_urls("app_owner"), EDITS[what])
    with pytest.raises(Cannot) as refusal:
        approve(approval=approval, by=lee, now=timezone.now())
    assert (refusal.value.status, refusal.value.code) == (409, "approval_stale")
    assert at_stripe(sandbox, "refunds") == []
    assert not StripeCommand.objects.filter(operation="refunds.create").exists()
    approval.refresh_from_db()
    assert approval.status == "failed"
    assert causes_of(approval) == ["approval_stale"]


def test_what_was_given_back_elsewhere_meanwhile_is_noticed(sandbox: str, approval: Approval, lee: Actor) -> None:
    """In Stripe's dashboard: its event brings it here, and the rest is less than what was asked for."""
    intent = Payment.objects.get().stripe_id
    ask("post", "/v1/refunds", {"payment_intent": intent, "amount": 1}, operation="by hand")
    deliver(sandbox)
    with pytest.raises(Cannot) as refusal:
        approve(approval=approval, by=lee, now=timezone.now())
    assert refusal.value.code == "approval_stale"
    assert [one["amount"] for one in at_stripe(sandbox, "refunds")] == [1]
