"""Disputes: the money withdrawn, the evidence, the decision, the money back."""

import pytest
import stripe

from tests.sandbox.paying import balance, movements, pay
from tests.sandbox.scenes import DAY, Account


def disputed(account: Account, token: str = "pm_card_createDispute", amount: int = 4_200) -> stripe.Dispute:
    intent = pay(account, token, amount)
    return account.v1.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_chargeback_takes_the_amount_and_the_fee(account: Account) -> None:
    dispute = disputed(account)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 4_200)
    assert (dispute.network_reason_code, dispute.payment_method_details.card.case_type) == ("10.4", "chargeback")
    entry = dispute.balance_transactions[0]
    assert (entry.amount, entry.fee, entry.net) == (-4_200, 1_500, -5_700)
    assert (entry.type, entry.reporting_category, entry.source) == ("adjustment", "dispute", dispute.id)
    assert balance(account) == (-5_700, 4_200 - 152)
    assert account.v1.charges.retrieve(dispute.charge).disputed
    assert account.event_types()[-4:] == [
        "payment_intent.succeeded",
        "charge.updated",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]


@pytest.mark.parametrize(
    ("text", "status", "rest"), [("winning_evidence", "won", 0), ("losing_evidence", "lost", -5_700)]
)
def test_evidence_wins_or_loses_as_stripes_test_texts_say(account: Account, text: str, status: str, rest: int) -> None:
    dispute = disputed(account)
    closed = account.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}})
    assert (closed.status, closed.evidence_details.submission_count) == (status, 1)
    assert closed.evidence_details.has_evidence
    assert balance(account)[0] == rest
    assert account.event_types(type="charge.dispute.closed") == ["charge.dispute.closed"]
    reinstated = ["charge.dispute.funds_reinstated"] if status == "won" else []
    assert account.event_types(type="charge.dispute.funds_reinstated") == reinstated


def test_staged_evidence_waits_and_other_evidence_is_decided_by_the_bank(account: Account) -> None:
    v1, dispute = account.v1, disputed(account)
    staged = v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.evidence_details.submission_count == 0
    sent = v1.disputes.update(dispute.id, {"submit": True})
    assert (sent.status, sent.evidence.customer_name) == ("under_review", "Ada")
    with pytest.raises(stripe.InvalidRequestError):
        v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Eve"}})
    account.advance(59 * DAY)
    assert v1.disputes.retrieve(dispute.id).status == "under_review"
    account.advance(DAY)
    assert v1.disputes.retrieve(dispute.id).status == "lost"


def test_an_unanswered_dispute_is_lost_when_it_is_due(account: Account) -> None:
    dispute = disputed(account, "pm_card_createDisputeProductNotReceived")
    assert (dispute.reason, dispute.network_reason_code) == ("product_not_received", "13.1")
    due = dispute.evidence_details.due_by
    assert due == (account.now + 14 * DAY) // DAY * DAY + DAY - 1
    account.advance_to(due - 1)
    assert account.v1.disputes.retrieve(dispute.id).status == "needs_response"
    account.advance(1)
    assert account.v1.disputes.retrieve(dispute.id).status == "lost"


def test_an_inquiry_moves_no_money_until_it_is_escalated(account: Account) -> None:
    dispute = disputed(account, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions, dispute.is_charge_refundable) == (
        "warning_needs_response",
        [],
        True,
    )
    assert balance(account)[0] == 0
    escalated = account.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}}
    )
    assert (escalated.status, escalated.is_charge_refundable) == ("needs_response", False)
    assert balance(account)[0] == -5_700


def test_an_inquiry_ends_by_itself_and_by_a_full_refund(account: Account) -> None:
    left, refunded = (disputed(account, "pm_card_createDisputeInquiry") for _ in range(2))
    account.v1.refunds.create({"charge": refunded.charge})
    assert account.v1.disputes.retrieve(refunded.id).status == "warning_closed"
    account.advance(120 * DAY)
    assert account.v1.disputes.retrieve(left.id).status == "warning_closed"


def test_a_charge_that_was_charged_back_cannot_be_refunded(account: Account) -> None:
    dispute = disputed(account)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.refunds.create({"charge": dispute.charge})
    assert refused.value.code == "charge_disputed"


def test_a_dispute_is_given_up_once(account: Account) -> None:
    dispute = disputed(account)
    assert account.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.disputes.close(dispute.id)


def test_any_charge_can_be_disputed_by_a_control(account: Account) -> None:
    intent = pay(account, "pm_card_visa", 9_000)
    made = account.control("dispute", {"payment_intent": intent.id, "reason": "subscription_canceled", "amount": 3_000})
    assert (made["status"], made["amount"], made["reason"]) == ("needs_response", 3_000, "subscription_canceled")
    assert movements(account, source=made["id"])[0].net == -4_500


def test_a_debit_may_be_called_back_long_after_it_was_paid(account: Account) -> None:
    intent = pay(account, "pm_usBankAccount_success", 5_000)
    account.advance(30 * DAY)
    made = account.control("dispute", {"payment_intent": intent.id, "reason": "insufficient_funds"})
    assert (made["status"], made["reason"], made["evidence_details"]["due_by"]) == ("lost", "insufficient_funds", 0)
    assert movements(account, source=made["id"])[0].net == -6_500


def test_a_debit_that_was_called_back_is_lost_at_once(account: Account) -> None:
    intent = pay(account, "pm_usBankAccount_dispute", 5_000)
    account.advance(4 * DAY)
    dispute = account.v1.disputes.list({"payment_intent": intent.id}).data[0]
    assert (dispute.status, dispute.reason, dispute.payment_method_details) == ("lost", "debit_not_authorized", None)


def test_an_early_fraud_warning_precedes_no_dispute(account: Account) -> None:
    intent = pay(account, "pm_card_createIssuerFraudRecord")
    warning = account.v1.radar.early_fraud_warnings.list({"payment_intent": intent.id}).data[0]
    assert (warning.charge, warning.actionable) == (intent.latest_charge, True)
    assert account.v1.disputes.list().data == []
    account.v1.refunds.create({"payment_intent": intent.id})
    assert account.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    assert "radar.early_fraud_warning.updated" in account.event_types()
