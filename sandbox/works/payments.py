"""Due work of money on its way."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.lives import checkouts
from sandbox.lives.payments import charging, disputing, ledger, paying_out, refunding
from sandbox.lives.settling import outcomes


def free_balance(ctx: Context, transaction_id: str) -> None:
    """What was charged or refunded two days ago counts as available."""
    ledger.free(ctx, ctx.load("balance_transaction", transaction_id))


def settle_payment(ctx: Context, intent_id: str) -> None:
    """The bank has answered a debit."""
    intent = ctx.load("payment_intent", intent_id)
    if intent["status"] == "processing":
        settled = charging.settle(ctx, intent)
        outcomes.settle_invoice(ctx, settled, counted=True)
        checkouts.follow_debit(ctx, settled)


def close_dispute(ctx: Context, dispute_id: str) -> None:
    disputing.lapse(ctx, ctx.load("dispute", dispute_id))


def create_payout(ctx: Context, _: str) -> None:
    if ctx.settings["payout_interval"] == "daily":
        paying_out.pay_out_all(ctx)


def advance_payout(ctx: Context, payout_id: str) -> None:
    paying_out.proceed(ctx, ctx.load("payout", payout_id))


def expire_payment(ctx: Context, intent_id: str) -> None:
    charging.expire(ctx, ctx.load("payment_intent", intent_id))


def settle_refund(ctx: Context, refund_id: str) -> None:
    refunding.turn(ctx, ctx.load("refund", refund_id))


WORKS: dict[str, Work] = {
    "balance.available": free_balance,
    "dispute.close": close_dispute,
    "payment.expire": expire_payment,
    "payment.settle": settle_payment,
    "payout.create": create_payout,
    "payout.arrive": advance_payout,
    "refund.settle": settle_refund,
}
