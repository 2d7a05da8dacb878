"""What the tests of payments say often."""

from typing import Any

import stripe

from tests.sandbox.scenes import Account

ANY = ["card", "us_bank_account", "sepa_debit"]


def pay(account: Account, token: str, amount: int = 10_000, currency: str = "", **fields: Any) -> stripe.PaymentIntent:
    """A payment by a test token, confirmed at once, in dollars (SEPA: in euros); declines raise."""
    currency = currency or ("eur" if token.startswith("pm_sepaDebit") else "usd")
    wanted = {"amount": amount, "currency": currency, "payment_method": token, "confirm": True}
    return account.v1.payment_intents.create({**wanted, "payment_method_types": ANY, **fields})


def balance(account: Account) -> tuple[int, int]:
    """(available, pending) in minor units of the account's currency."""
    shown = account.v1.balance.retrieve()
    return shown.available[0].amount, shown.pending[0].amount


def movements(account: Account, **filters: Any) -> list[stripe.BalanceTransaction]:
    """Oldest first."""
    found = account.v1.balance_transactions.list({"limit": 100, **filters})
    return list(found.auto_paging_iter())[::-1]
