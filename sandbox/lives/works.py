"""The kinds of due work, by name: what the clock does when their moment comes."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.jsons import Json
from sandbox.lives import collecting, cycles, ending, finalizing, previewing
from sandbox.lives.schedule import reschedule
from sandbox.lives.standing import follow
from sandbox.schema import subscription_of


def finalize_invoice(ctx: Context, invoice_id: str) -> None:
    """A renewal's draft, an hour later: opened, and collected or sent."""
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] != "draft":
        return
    finalizing.finalize(ctx, invoice)
    if invoice["amount_due"] == 0:
        collecting.settle(ctx, invoice)
    elif invoice["collection_method"] == "charge_automatically":
        collecting.collect(ctx, invoice)
    else:
        ctx.emit("invoice.sent", invoice)
    follow(ctx, invoice)


def retry_invoice(ctx: Context, invoice_id: str) -> None:
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] == "open":
        follow(ctx, collecting.collect(ctx, invoice))


def exhaust_invoice(ctx: Context, invoice_id: str) -> None:
    """No attempt is left: the subscription becomes what the settings say."""
    invoice = ctx.load("invoice", invoice_id)
    owner = subscription_of(invoice)
    subscription = ctx.store.get(owner) if owner else None
    if invoice["status"] != "open" or subscription is None or subscription["status"] != "past_due":
        return
    after = ctx.settings["after_retries"]
    if after == "canceled":
        ending.end(ctx, subscription, "payment_failed")
    elif after == "unpaid":
        subscription["status"] = "unpaid"
        ctx.update(subscription, "customer.subscription.updated")


def overdue_invoice(ctx: Context, invoice_id: str) -> None:
    """A sent invoice that was not paid by its due date."""
    invoice = ctx.load("invoice", invoice_id)
    if invoice["status"] == "open":
        ctx.emit("invoice.overdue", invoice)
        invoice["attempted"] = True
        ctx.update(invoice, "invoice.updated")
        follow(ctx, invoice)


def cycle_subscription(ctx: Context, subscription_id: str) -> None:
    subscription = ctx.load("subscription", subscription_id)
    asked = subscription["cancel_at"] is not None and subscription["cancel_at"] <= ctx.now
    if asked or cycles.trial_cancels(ctx, subscription):
        ending.end(ctx, subscription, "cancellation_requested" if asked else None)
    else:
        cycles.renew(ctx, subscription)


def cancel_subscription(ctx: Context, subscription_id: str) -> None:
    ending.end(ctx, ctx.load("subscription", subscription_id), "cancellation_requested")


def expire_subscription(ctx: Context, subscription_id: str) -> None:
    subscription = ctx.load("subscription", subscription_id)
    if subscription["status"] == "incomplete":
        ending.expire(ctx, subscription)


def resume_collection(ctx: Context, subscription_id: str) -> None:
    subscription = ctx.load("subscription", subscription_id)
    subscription["pause_collection"] = None
    reschedule(ctx, subscription)
    ctx.update(subscription, "customer.subscription.updated")


def announce_trial_end(ctx: Context, subscription_id: str) -> None:
    ctx.emit("customer.subscription.trial_will_end", ctx.load("subscription", subscription_id))


def announce_renewal(ctx: Context, subscription_id: str) -> None:
    """`invoice.upcoming`: the renewal as it would be, without an id."""
    coming: Json = previewing.renewal(ctx, ctx.load("subscription", subscription_id))
    ctx.emit("invoice.upcoming", {key: value for key, value in coming.items() if key != "id"})


def free_balance(ctx: Context, transaction_id: str) -> None:
    """What was charged or refunded two days ago counts as available."""
    entry = ctx.load("balance_transaction", transaction_id)
    ctx.store.put({**entry, "status": "available"})


WORKS: dict[str, Work] = {
    "invoice.finalize": finalize_invoice,
    "invoice.retry": retry_invoice,
    "invoice.exhausted": exhaust_invoice,
    "invoice.overdue": overdue_invoice,
    "subscription.cycle": cycle_subscription,
    "subscription.cancel": cancel_subscription,
    "subscription.expire": expire_subscription,
    "subscription.resume": resume_collection,
    "subscription.trial_will_end": announce_trial_end,
    "subscription.upcoming": announce_renewal,
    "balance.available": free_balance,
}
