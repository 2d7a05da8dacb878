"""The life of a refund: money that leaves at once, arrives later, or comes back."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments import ledger, warning
from sandbox.lives.payments.disputing import close
from sandbox.money.periods import DAY

TURNS_AFTER = DAY
"""When the refund of a test card that stands for a slow or a failing refund changes its mind."""
DEBIT_TAKES = 3 * DAY


def begin(ctx: Context, charge: Json, refund: Json, fate: str | None) -> Json:
    """Books a new refund of a stored charge. `fate`: `pending` succeeds later, `failed` seems to succeed first."""
    amount, card = refund["amount"], charge["payment_method_details"]["type"] == "card"
    kind = "refund" if card else "payment_refund"
    text = f"REFUND FOR {'CHARGE' if card else 'PAYMENT'}"
    refund["balance_transaction"] = ledger.book(ctx, kind, -amount, refund, description=text)["id"]
    if fate == "pending" or not card:
        refund.update(status="pending", pending_reason="processing")
    if fate or not card:
        ctx.schedule("refund.settle", refund["id"], ctx.now + (TURNS_AFTER if card else DEBIT_TAKES))
    ctx.create(refund, "refund.created")
    _count(charge, amount)
    ctx.update(charge, "charge.refunded")
    if charge["refunded"]:
        _end_inquiry(ctx, charge)
        warning.calm(ctx, charge)
    return refund


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def _end_inquiry(ctx: Context, charge: Json) -> None:
    """A charge that is refunded in full leaves nothing to ask about."""
    for dispute in ctx.store.find("dispute", parent=charge["id"]) if charge["disputed"] else []:
        if dispute["status"].startswith("warning") and dispute["status"] != "warning_closed":
            close(ctx, dispute, "warning_closed")


def turn(ctx: Context, refund: Json) -> Json:
    """What becomes of a refund after its time."""
    if refund["status"] == "pending":
        del refund["pending_reason"]
        refund["status"] = "succeeded"
        return ctx.update(refund, "refund.updated", "charge.refund.updated")
    return fail(ctx, refund, "expired_or_canceled_card")


def fail(ctx: Context, refund: Json, reason: str) -> Json:
    """The bank could not pass it on: the money is back in the balance, and the charge counts it no more."""
    ctx.unschedule("refund.settle", refund["id"])
    text = f"REFUND FAILURE FOR {refund['id']}"
    back = ledger.book(ctx, "refund_failure", refund["amount"], refund, description=text)
    refund.pop("pending_reason", None)
    refund.update(status="failed", failure_reason=reason, failure_balance_transaction=back["id"])
    ctx.update(refund, "refund.updated", "charge.refund.updated")
    ctx.emit("refund.failed", refund)
    charge = ctx.load("charge", refund["charge"])
    _count(charge, -refund["amount"])
    ctx.update(charge, "charge.updated")
    return refund
