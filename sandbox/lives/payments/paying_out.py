"""Payouts: the available balance on its way to the bank, every day or by hand."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments import ledger
from sandbox.money.periods import DAY
from sandbox.shapes.payout import payout

FAILURES: dict[str, str] = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "could_not_process": "The bank could not process this payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "declined": "The bank has declined this transfer.",
    "incorrect_account_holder_name": "The account holder's name on file is incorrect.",
    "insufficient_funds": "The Stripe account has insufficient funds to cover the payout.",
    "invalid_account_number": "The routing number seems correct, but the account number is invalid.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account could not be located.",
}
"""Failure code -> message."""


def pay_out_all(ctx: Context) -> None:
    """The automatic payout of a day: everything that is available, each movement in exactly one payout. A balance
    that is not positive waits for the next day."""
    waiting: dict[str, list[Json]] = {}
    for entry in ctx.store.find("balance_transaction", customer="available"):
        waiting.setdefault(entry["currency"], []).append(entry)
    for currency, entries in waiting.items():
        total = sum(entry["net"] for entry in entries)
        if total > 0:
            made = make(ctx, total, currency, automatic=True)
            for entry in entries:
                ctx.store.put({**entry, "_": {**entry["_"], "payout": made["id"]}})


def make(ctx: Context, amount: int, currency: str, *, automatic: bool, details: Json | None = None) -> Json:
    """A payout with its movement of the balance. It arrives a day after it was sent; by hand it is sent at midnight."""
    midnight = (ctx.now // DAY + 1) * DAY
    arrives = ctx.now // DAY * DAY + DAY if automatic else midnight + DAY
    made = payout(ctx.new_id("po_"), ctx.now, amount, currency, automatic=automatic, arrives=arrives)
    made.update(details or {})
    entry = ledger.book(ctx, "payout", -amount, made, description=made["description"])
    made["balance_transaction"] = entry["id"]
    if automatic:
        ctx.store.put({**entry, "_": {**entry["_"], "payout": made["id"]}})
    ctx.create(made, "payout.created")
    ctx.schedule("payout.arrive", made["id"], arrives if automatic else midnight)
    return made


def proceed(ctx: Context, made: Json) -> None:
    """The next step of a payout: sent, then arrived."""
    if made["status"] == "pending":
        made["status"] = "in_transit"
        ctx.schedule("payout.arrive", made["id"], made["arrival_date"])
        ctx.update(made, "payout.updated")
    elif made["status"] == "in_transit":
        made["status"] = "paid"
        made["trace_id"] = {"status": "supported", "value": made["id"].removeprefix("po_")[:15].upper()}
        ctx.update(made, "payout.updated", "payout.paid")
        if made["automatic"]:
            made["reconciliation_status"] = "completed"
            ctx.update(made, "payout.reconciliation_completed")


def cancel(ctx: Context, made: Json) -> Json:
    return _return(ctx, made, "payout_cancel", "payout.canceled", status="canceled")


def fail(ctx: Context, made: Json, code: str) -> Json:
    """The bank sends the money back, also when it had seemed to arrive."""
    made.update(failure_code=code, failure_message=FAILURES[code])
    return _return(ctx, made, "payout_failure", "payout.failed", status="failed")


def _return(ctx: Context, made: Json, kind: str, event: str, status: str) -> Json:
    ctx.unschedule("payout.arrive", made["id"])
    entry = ledger.book(ctx, kind, made["amount"], made, description=made["description"])
    made.update(status=status, failure_balance_transaction=entry["id"])
    made["trace_id"] = {"status": "unsupported", "value": None}
    return ctx.update(made, "payout.updated", event)
