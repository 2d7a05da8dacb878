"""Fifty at the same moment, two people, two approvers: what goes back is at most what was paid, and once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from audit.models import AuditEntry
from billing.models import Approval, Payment, Refund, StripeCommand
from billing.queries.refunds import refundable
from billing.services import subscriptions
from billing.services.approval_sweep import sweep
from billing.services.approvals import approve
from billing.services.errors import Cannot
from billing.services.guard import ApprovalNeeded
from billing.services.refunds import CannotRefund, refund
from billing.staff import StaffGroup
from tests.services.refunding import REASON, asked, person
from tests.services.scenes import a_customer, at_stripe
from tests.stripe_events import deliver

pytestmark = pytest.mark.usefixtures("committing")
AT_ONCE = 8


@pytest.fixture
def paid(sandbox: str) -> Payment:
    """$29.00, as its events brought it."""
    subscriptions.start(
        organization=a_customer(SYSTEM), plan_code="professional", payment_method="pm_card_visa", by=SYSTEM
    )
    deliver(sandbox)
    return Payment.objects.get()


def race(works: list[Callable[[], Any]]) -> list[Any]:
    """What each gave or raised; AT_ONCE start together, the others follow as these end."""
    start = threading.Barrier(min(AT_ONCE, len(works)))
    begun = iter(range(len(works)))

    def run(work: Callable[[], Any]) -> Any:
        try:
            if next(begun) < AT_ONCE:
                start.wait(30)
            return work()
        except (Cannot, ApprovalNeeded) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, works))


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def test_fifty_of_all_of_it_give_it_back_once(sandbox: str, paid: Payment) -> None:
    works = [lambda: refund(payment=fresh(paid), amount=2900, reason=REASON, by=SYSTEM)] * 50
    outcomes = race(works)
    given = [one for one in outcomes if isinstance(one, Refund)]
    refused = [one for one in outcomes if isinstance(one, CannotRefund)]
    assert (len(given), len(refused)) == (1, 49)
    assert {one.code for one in refused} == {"already_refunded"}
    assert {one.status for one in refused} == {409}
    assert [one["amount"] for one in at_stripe(sandbox, "refunds")] == [2900]
    assert StripeCommand.objects.filter(operation="refunds.create").count() == 1


def test_fifty_parts_give_as_many_as_there_is_money_for(sandbox: str, paid: Payment) -> None:
    outcomes = race([lambda: refund(payment=fresh(paid), amount=700, reason=REASON, by=SYSTEM)] * 50)
    assert len([one for one in outcomes if isinstance(one, Refund)]) == 4
    assert {one.code for one in outcomes if isinstance(one, Cannot)} == {"amount_too_large"}
    assert sum(one["amount"] for one in at_stripe(sandbox, "refunds")) == 2800
    assert refundable(paid).left == 100
    deliver(sandbox)
    assert refundable(paid).left == 100
    assert AuditEntry.objects.filter(action="refund.requested").count() == 4


def test_parts_at_once_do_not_pass_the_limit_together(sandbox: str, paid: Payment, settings: Any) -> None:
    """Each alone would; the third waits for somebody else."""
    settings.APPROVAL_LIMIT_SUPPORT = {"usd": 1400}
    dana, kim = person(StaffGroup.SUPPORT), person(StaffGroup.SUPPORT)
    works = [
        lambda by=by, amount=amount: refund(payment=fresh(paid), amount=amount, reason=REASON, by=by)  # type: ignore[misc]
        for by in (dana, kim)
        for amount in (600, 601)
    ]
    outcomes = race(works)
    given = sum(one.amount for one in outcomes if isinstance(one, Refund))
    assert given <= 1400
    assert sum(one["amount"] for one in at_stripe(sandbox, "refunds")) == given
    assert [one for one in outcomes if isinstance(one, ApprovalNeeded | Cannot)]
    assert len([one for one in outcomes if isinstance(one, Refund)]) == 2


def test_of_two_approvers_one_wins(sandbox: str, paid: Payment, settings: Any) -> None:
    settings.APPROVAL_LIMIT_SUPPORT = {"usd": 1000}
    approval = asked(paid, 2900, person(StaffGroup.SUPPORT))

    def approves(by: Actor) -> Callable[[], Any]:
        return lambda: approve(approval=Approval.objects.get(pk=approval.pk), by=by, now=timezone.now())

    outcomes = race([approves(person(StaffGroup.FINANCE)) for _ in range(4)])
    refused = [one for one in outcomes if isinstance(one, Cannot)]
    assert [(one.status, one.code) for one in refused] == [(409, "approval_closed")] * 3
    assert len(at_stripe(sandbox, "refunds")) == 1
    assert AuditEntry.objects.filter(action="approval.executed").count() == 1
    assert Approval.objects.get().status == "executed"


def test_two_who_ask_the_same_ask_once(sandbox: str, paid: Payment, settings: Any) -> None:
    settings.APPROVAL_LIMIT_SUPPORT = {"usd": 1000}
    dana = person(StaffGroup.SUPPORT)
    outcomes = race([lambda: refund(payment=fresh(paid), amount=2900, reason=REASON, by=dana)] * 6)
    assert {type(one) for one in outcomes} == {ApprovalNeeded}
    assert Approval.objects.count() == AuditEntry.objects.filter(action="approval.asked").count() == 1


def test_an_approval_and_its_expiry(sandbox: str, paid: Payment, settings: Any) -> None:
    """Whichever is first, the other finds it so."""
    settings.APPROVAL_LIMIT_SUPPORT = {"usd": 1000}
    approval = asked(paid, 2900, person(StaffGroup.SUPPORT))
    lee, just = person(StaffGroup.FINANCE), approval.expires_at - timedelta(seconds=1)
    outcomes = race(
        [
            lambda: approve(approval=Approval.objects.get(), by=lee, now=just),
            lambda: sweep(now=approval.expires_at),
        ]
    )
    approval.refresh_from_db()
    done = len(at_stripe(sandbox, "refunds"))
    assert (approval.status, done) in [("executed", 1), ("expired", 0)]
    assert isinstance(outcomes[0], Approval) == bool(done)
