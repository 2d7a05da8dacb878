"""Refunds of the test cards that stand for slow and failing ones."""

import pytest
import stripe

from tests.sandbox.paying import balance, pay
from tests.sandbox.scenes import DAY, Account


def test_a_refund_is_pending_then_succeeds(account: Account) -> None:
    intent = pay(account, "pm_card_pendingRefund")
    refund = account.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    account.advance(DAY)
    assert account.v1.refunds.retrieve(refund.id).status == "succeeded"
    changed = account.v1.events.list({"type": "refund.updated"}).data[0].data
    assert changed.previous_attributes["status"] == "pending"


def test_a_refund_that_seemed_to_succeed_comes_back(account: Account) -> None:
    v1 = account.v1
    intent = pay(account, "pm_card_refundFail", 10_000)
    refund = v1.refunds.create({"payment_intent": intent.id, "amount": 4_000})
    assert (refund.status, balance(account)[0]) == ("succeeded", -4_000)
    account.advance(DAY)
    failed = v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    back = v1.balance_transactions.retrieve(failed.failure_balance_transaction)
    assert (back.type, back.net, balance(account)[0]) == ("refund_failure", 4_000, 0)
    assert v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    assert account.event_types(type="refund.failed") == ["refund.failed"]
    assert v1.refunds.create({"payment_intent": intent.id}).amount == 10_000
    found = account.client.raw_request("get", f"/v1/charges/{intent.latest_charge}/refunds")
    assert len(account.client.deserialize(found.data, api_mode="V1").data) == 2


def test_refunding_keeps_stripes_fee(account: Account) -> None:
    intent = pay(account, "pm_card_bypassPending", 10_000)
    account.v1.refunds.create({"payment_intent": intent.id, "reason": "fraudulent"})
    assert balance(account)[0] == -320
    assert account.v1.charges.retrieve(intent.latest_charge).fraud_details.user_report == "fraudulent"


def test_a_refund_by_a_control_fails_and_none_of_a_card_is_canceled(account: Account) -> None:
    intent = pay(account, "pm_card_visa")
    refund = account.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.refunds.cancel(refund.id)
    assert account.control("fail_refund", {"refund": refund.id})["status"] == "failed"
