"""Payouts: every day's available balance, by hand, canceled and failed; and the sums behind them."""

import pytest
import stripe

from tests.sandbox.paying import balance, movements, pay
from tests.sandbox.scenes import DAY, START, Account

MIDNIGHT = START // DAY * DAY
"""2024-01-15 00:00:00 UTC; the tests start at noon."""


def test_a_payment_is_available_after_two_days_and_paid_out_at_midnight(account: Account) -> None:
    v1 = account.v1
    intent = pay(account, "pm_card_visa", 10_000)
    account.advance_to(MIDNIGHT + 3 * DAY - 1)
    assert (balance(account), v1.payouts.list().data) == ((9_680, 0), [])
    account.advance(1)
    payout = v1.payouts.list().data[0]
    assert (payout.amount, payout.status, payout.automatic) == (9_680, "in_transit", True)
    assert (payout.created, payout.arrival_date) == (MIDNIGHT + 3 * DAY, MIDNIGHT + 4 * DAY)
    assert balance(account) == (0, 0)
    account.advance(DAY)
    payout = v1.payouts.retrieve(payout.id)
    assert (payout.status, payout.reconciliation_status) == ("paid", "completed")
    charge, own = movements(account, payout=payout.id)
    assert (charge.source, charge.net, own.type, own.net) == (intent.latest_charge, 9_680, "payout", -9_680)
    assert own.id == payout.balance_transaction
    told = [kind for kind in account.event_types() if kind.startswith("payout.")]
    assert told == ["payout.created", "payout.updated", "payout.paid", "payout.reconciliation_completed"]


def test_refunds_and_disputes_are_taken_from_the_payout(account: Account) -> None:
    first, second = pay(account, "pm_card_visa", 10_000), pay(account, "pm_card_createDispute", 2_000)
    account.v1.refunds.create({"payment_intent": first.id, "amount": 1_000})
    account.advance(3 * DAY)
    payout = account.v1.payouts.list().data[0]
    charges = 9_680 + (2_000 - 88)
    assert payout.amount == charges - 1_000 - 3_500
    assert sum(entry.net for entry in movements(account, payout=payout.id)) == 0
    assert second.status == "succeeded"


def test_a_negative_balance_waits(account: Account) -> None:
    pay(account, "pm_card_createDispute", 4_200)
    account.advance(5 * DAY)
    assert account.v1.payouts.list().data == []
    assert balance(account) == (4_048 - 5_700, 0)


def test_a_payout_by_hand_needs_the_money_and_can_be_canceled_until_it_is_sent(account: Account) -> None:
    v1 = account.v1
    account.control("settings", {"payout_interval": "manual"})
    pay(account, "pm_card_bypassPending", 10_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.payouts.create({"amount": 9_681, "currency": "usd"})
    assert refused.value.code == "balance_insufficient"
    canceled, sent = (v1.payouts.create({"amount": amount, "currency": "usd"}) for amount in (680, 9_000))
    assert (sent.status, balance(account)) == ("pending", (0, 0))
    canceled = v1.payouts.cancel(canceled.id)
    assert (canceled.status, balance(account)) == ("canceled", (680, 0))
    assert v1.balance_transactions.retrieve(canceled.failure_balance_transaction).type == "payout_cancel"
    account.advance(DAY)
    assert v1.payouts.retrieve(sent.id).status == "in_transit"
    with pytest.raises(stripe.InvalidRequestError):
        v1.payouts.cancel(sent.id)
    account.advance(DAY)
    assert v1.payouts.retrieve(sent.id).status == "paid"
    account.advance(9 * DAY)
    assert len(v1.payouts.list().data) == 2


def test_a_failed_payout_returns_the_money_which_goes_out_with_the_next(account: Account) -> None:
    v1 = account.v1
    pay(account, "pm_card_bypassPending", 10_000)
    account.advance(DAY)
    payout = v1.payouts.list().data[0]
    failed = account.control("fail_payout", {"payout": payout.id, "failure_code": "account_closed"})
    assert (failed["status"], failed["failure_message"]) == ("failed", "The bank account has been closed.")
    assert (balance(account), movements(account)[-1].type) == ((9_680, 0), "payout_failure")
    assert account.event_types(type="payout.failed") == ["payout.failed"]
    account.advance(DAY)
    again = v1.payouts.list().data[0]
    assert (again.amount, again.id != payout.id) == (9_680, True)
    assert [entry.id for entry in v1.payouts.list({"status": "failed"}).data] == [payout.id]
    assert v1.payouts.list({"arrival_date": {"gt": payout.arrival_date}}).data[0].id == again.id


def test_a_foreign_currency_is_converted_when_it_is_booked(account: Account) -> None:
    intent = pay(account, "pm_card_de", 10_000, "eur", expand=["latest_charge.balance_transaction"])
    entry = intent.latest_charge.balance_transaction
    assert (entry.currency, entry.amount, entry.fee, entry.net) == ("usd", 10_800, 343, 10_457)
    assert float(entry.exchange_rate) == 1.08
    yen = pay(account, "pm_card_jp", 1_000, "jpy", expand=["latest_charge.balance_transaction"])
    assert yen.latest_charge.balance_transaction.amount == 670
