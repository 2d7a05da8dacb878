"""Whatever is paid, refunded, disputed and paid out: movements sum to the balance, payouts to their movements."""

import random
from collections.abc import Callable

import pytest
import stripe

from tests.sandbox.paying import balance, movements, pay
from tests.sandbox.scenes import DAY, Account

TOKENS = [
    "pm_card_visa",
    "pm_card_bypassPending",
    "pm_card_createDispute",
    "pm_card_createDisputeProductNotReceived",
    "pm_card_createDisputeInquiry",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_card_chargeDeclined",
    "pm_usBankAccount_success",
    "pm_usBankAccount_accountClosed",
    "pm_usBankAccount_dispute",
    "pm_sepaDebit_success_de",
    "pm_sepaDebit_failed_fr",
    "pm_sepaDebit_disputed_at",
]
TEXTS = ["winning_evidence", "losing_evidence", "escalate_inquiry_evidence", "Delivered."]


class Storm:
    """Random things that happen to an account; what Stripe refuses is refused."""

    def __init__(self, account: Account, chance: random.Random) -> None:
        self.account, self.chance, self.v1 = account, chance, account.v1

    def pay(self) -> None:
        token = self.chance.choice(TOKENS)
        currency = "" if "Account" in token or "sepa" in token else self.chance.choice(["usd", "eur", "jpy", "kwd"])
        manner = self.chance.choice(["automatic", "manual"]) if "card" in token else "automatic"
        pay(self.account, token, self.chance.randint(200, 99_999), currency, capture_method=manner)

    def capture(self) -> None:
        intent = self.chance.choice(self.v1.payment_intents.list({"limit": 20}).data)
        self.v1.payment_intents.capture(intent.id, {"amount_to_capture": self.chance.randint(1, 50_000)})

    def cancel(self) -> None:
        self.v1.payment_intents.cancel(self.chance.choice(self.v1.payment_intents.list({"limit": 20}).data).id)

    def refund(self) -> None:
        charge = self.chance.choice(self.v1.charges.list({"limit": 20}).data)
        wanted = {"amount": self.chance.randint(1, charge.amount)} if self.chance.random() < 0.6 else {}
        self.v1.refunds.create({"charge": charge.id, **wanted})

    def answer(self) -> None:
        dispute = self.chance.choice(self.v1.disputes.list({"limit": 20}).data)
        if self.chance.random() < 0.2:
            self.v1.disputes.close(dispute.id)
        else:
            evidence = {"uncategorized_text": self.chance.choice(TEXTS)}
            self.v1.disputes.update(dispute.id, {"evidence": evidence})

    def pay_out(self) -> None:
        self.v1.payouts.create({"amount": self.chance.randint(1, 20_000), "currency": "usd"})

    def stop_payout(self) -> None:
        payout = self.chance.choice(self.v1.payouts.list({"limit": 5}).data)
        if self.chance.random() < 0.5:
            self.v1.payouts.cancel(payout.id)
        elif payout.status not in ("failed", "canceled"):
            self.account.control("fail_payout", {"payout": payout.id})

    def wait(self) -> None:
        self.account.advance(self.chance.randint(1, 4 * DAY))

    def step(self) -> None:
        doings: list[Callable[[], None]] = [
            *[self.pay] * 6, self.capture, self.cancel, *[self.refund] * 2, self.answer, self.pay_out,
            self.stop_payout, *[self.wait] * 3,
        ]  # fmt: skip
        try:
            self.chance.choice(doings)()
        except (stripe.InvalidRequestError, stripe.CardError, IndexError):
            return


def assert_adds_up(account: Account) -> None:
    entries = movements(account)
    free = sum(entry.net for entry in entries if entry.status == "available")
    assert balance(account) == (free, sum(entry.net for entry in entries) - free)
    assert all(entry.net == entry.amount - entry.fee for entry in entries)
    assert all(sum(part.amount for part in entry.fee_details) == entry.fee for entry in entries)
    paid_out: list[str] = []
    for payout in account.v1.payouts.list({"limit": 100}).auto_paging_iter():
        own = [entry for entry in movements(account, payout=payout.id) if entry.id != payout.balance_transaction]
        if payout.automatic:
            assert sum(entry.net for entry in own) == payout.amount
            paid_out += [entry.id for entry in own]
    assert len(paid_out) == len(set(paid_out))


def assert_charges_count_their_refunds(account: Account) -> None:
    for charge in account.v1.charges.list({"limit": 100}).auto_paging_iter():
        made = account.v1.refunds.list({"charge": charge.id, "limit": 100}).data
        counted = sum(refund.amount for refund in made if refund.status != "failed")
        released = charge.amount if charge.refunded and not charge.captured else 0
        assert charge.amount_refunded == counted + released


@pytest.mark.parametrize("seed", range(5))
def test_the_movements_sum_to_the_balance_and_payouts_to_their_movements(account: Account, seed: int) -> None:
    storm = Storm(account, random.Random(seed))
    for number in range(90):
        storm.step()
        if number % 30 == 29:
            assert_adds_up(account)
    account.advance(130 * DAY)
    assert_adds_up(account)
    assert_charges_count_their_refunds(account)
    assert balance(account)[1] == 0
