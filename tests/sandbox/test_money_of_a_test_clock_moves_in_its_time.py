"""Debits, disputes and refunds of a test clock's customer wait for that clock; payouts wait for the account's."""

from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.paying import balance, movements, pay
from tests.sandbox.scenes import DAY, Account

PAST = 1_609_459_200
"""2021-01-01 00:00:00 UTC."""


def test_a_debit_settles_and_a_dispute_lapses_when_the_clock_says_so(account: Account) -> None:
    v1, clock = account.v1, new_clock(account, PAST)
    customer = customer_on(account, clock).id
    debit = pay(account, "pm_usBankAccount_success", customer=customer)
    disputed = pay(account, "pm_card_createDispute", customer=customer)
    refunded = pay(account, "pm_card_refundFail", customer=customer)
    refund = v1.refunds.create({"payment_intent": refunded.id})
    dispute = v1.disputes.list({"payment_intent": disputed.id}).data[0]
    account.advance(20 * DAY)
    assert v1.payment_intents.retrieve(debit.id).status == "processing"
    advance(account, clock, PAST + 4 * DAY)
    assert v1.payment_intents.retrieve(debit.id).status == "succeeded"
    assert v1.refunds.retrieve(refund.id).status == "failed"
    assert v1.disputes.retrieve(dispute.id).status == "needs_response"
    advance(account, clock, PAST + 15 * DAY)
    assert v1.disputes.retrieve(dispute.id).status == "lost"


def test_its_money_goes_out_with_the_accounts_next_payout(account: Account) -> None:
    clock = new_clock(account, PAST)
    pay(account, "pm_card_bypassPending", 5_000, customer=customer_on(account, clock).id)
    account.advance(3 * DAY)
    assert account.v1.payouts.list().data == []
    pay(account, "pm_card_bypassPending", 10_000)
    account.advance(DAY)
    assert account.v1.payouts.list().data[0].amount == 5_000 - 175 + 9_680
    assert balance(account) == (0, 0)


def test_its_money_leaves_the_balance_with_the_clock(account: Account) -> None:
    clock = new_clock(account, PAST)
    customer = customer_on(account, clock).id
    pay(account, "pm_card_bypassPending", 5_000, customer=customer)
    pay(account, "pm_card_visa", 7_000, customer=customer)
    pay(account, "pm_card_bypassPending", 10_000)
    assert balance(account) == (5_000 - 175 + 9_680, 7_000 - 233)
    account.v1.test_helpers.test_clocks.delete(clock.id)
    assert balance(account) == (9_680, 0)
    assert [entry.net for entry in movements(account)] == [9_680]
