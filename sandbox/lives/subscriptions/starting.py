"""The start of a subscription: its first period, its first invoice, and what the first payment decides."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import arrears, collecting, discounting, finalizing
from sandbox.lives.invoices.invoicing import awaits, draft, pull_pending
from sandbox.lives.payments import charging
from sandbox.lives.payments.attaching import default_for
from sandbox.lives.subscriptions import adding, anchoring, cancelling, debits, item_periods
from sandbox.lives.subscriptions.cycles import period_lines
from sandbox.lives.subscriptions.schedule import reschedule
from sandbox.lives.subscriptions.standing import status_after
from sandbox.money.periods import DAY
from sandbox.protocol.errors import invalid

LONGEST_TRIAL = 730 * DAY


def prepare(ctx: Context, subscription: Json, given: Json, keeps_empty: bool = False) -> Json | None:
    """Sets the first periods of a new subscription with items, stores it and makes its first draft; None where that
    would be empty, as with usage alone in flexible billing, unless an empty one is wanted."""
    _set_trial(ctx, subscription, given)
    anchoring.place(ctx, subscription, given)
    subscription["_"]["stub"] = given.get("proration_behavior", "create_prorations")
    if subscription["trial_end"]:
        item_periods.set_all(subscription, ctx.now, subscription["trial_end"])
    else:
        item_periods.begin(subscription, subscription["items"]["data"], ctx.now)
    cancelling.apply(ctx, subscription, given, prorates=False)
    ctx.store.put(subscription)
    adding.add(ctx, subscription, given.get("extras") or [])
    customer = ctx.load("customer", subscription["customer"])
    lines = period_lines(ctx, subscription, subscription["items"]["data"])
    if subscription["billing_mode"]["type"] == "classic":
        lines += arrears.announced(ctx, subscription)
    if not (lines or keeps_empty or awaits(ctx, customer, subscription["id"], subscription["currency"])):
        return None
    made = draft(
        ctx,
        customer,
        reason="subscription_create",
        lines=lines,
        subscription=subscription,
        currency=subscription["currency"],
    )
    pull_pending(ctx, made, customer, subscription["id"], all_of_customer=True)
    debits.link(subscription, made)
    discounting.drop_ended(ctx, subscription)
    subscription["latest_invoice"] = made["id"]
    ctx.store.put(subscription)
    return made


def _set_trial(ctx: Context, subscription: Json, given: Json) -> None:
    end = _trial_end(ctx, subscription, given)
    if end is None:
        return
    if end <= ctx.now:
        raise invalid("`trial_end` must be a timestamp in the future.", "trial_end")
    if end > ctx.now + LONGEST_TRIAL:
        raise invalid("Trial periods may last at most two years.", "trial_end")
    subscription.update(status="trialing", trial_start=ctx.now, trial_end=end)


def _trial_end(ctx: Context, subscription: Json, given: Json) -> int | None:
    """By date, by days, or by the days that a price has; at most one of them may be asked for."""
    days, end, of_price = given.get("trial_period_days"), given.get("trial_end"), given.get("trial_from_plan")
    if (days and end) or (of_price and end):
        other = "trial_period_days" if days else "trial_from_plan"
        raise invalid(f"You may only specify one of these parameters: {other}, trial_end.", "trial_end")
    if of_price and not days:
        items = subscription["items"]["data"]
        days = max(item["price"]["recurring"]["trial_period_days"] or 0 for item in items)
    if days:
        return ctx.now + int(days) * DAY
    return None if end in (None, "now") else end


def complete(ctx: Context, subscription: Json, made: Json | None, behavior: str) -> Json:
    """Collects the first invoice, if any, as `payment_behavior` says, and announces the subscription."""
    if made is not None:
        _open(ctx, subscription, made, behavior)
    reschedule(ctx, subscription)
    ctx.store.put(subscription)
    ctx.emit("customer.subscription.created", subscription)
    if subscription["status"] == "trialing" and subscription["trial_end"] - ctx.now < 3 * DAY:
        ctx.emit("customer.subscription.trial_will_end", subscription)
    return subscription


def _open(ctx: Context, subscription: Json, made: Json, behavior: str) -> None:
    if subscription["collection_method"] == "send_invoice" and made["amount_due"]:
        made["automatically_finalizes_at"] = ctx.now + ctx.settings["finalize_after"]
        ctx.store.put(made)
        ctx.schedule("invoice.finalize", made["id"], made["automatically_finalizes_at"])
    else:
        made = finalizing.finalize(ctx, made)
        subscription["status"] = _first_status(ctx, subscription, made, behavior)


def _first_status(ctx: Context, subscription: Json, made: Json, behavior: str) -> str:
    if made["amount_due"] == 0:
        collecting.settle(ctx, made)
        return str(subscription["status"])
    customer = ctx.load("customer", subscription["customer"])
    method = default_for(ctx, customer, subscription)
    if behavior == "default_incomplete":
        offer(ctx, made, method)
        return "incomplete"
    if method is None:
        raise invalid(
            "This customer has no attached payment source or default payment method. Please consider adding a"
            " default payment method.",
            code="resource_missing",
        )
    collecting.collect(ctx, made, method, retry=False)
    if made["status"] == "paid":
        return str(subscription["status"])
    if behavior == "error_if_incomplete" and not made["_"].get("processing"):
        raise failed_payment(ctx, made)
    return status_after(ctx, {**subscription, "status": "incomplete"}, made)


def offer(ctx: Context, made: Json, method: Json | None) -> None:
    """Leaves the payment to the customer's browser, with the default method as a proposal."""
    if method is not None:
        intent = ctx.load("payment_intent", made["_"]["intent"])
        intent.update(payment_method=method["id"], status="requires_confirmation")
        ctx.store.put(intent)


def failed_payment(ctx: Context, made: Json) -> Exception:
    """The error for a payment that had to succeed; nothing of the request stays."""
    intent = ctx.load("payment_intent", made["_"]["intent"])
    if intent["last_payment_error"]:
        error = charging.decline_error(intent)
        error.keeps_effects = False
        return error
    return invalid(
        "Payment for this subscription requires additional user action before it can be completed successfully.",
        code="subscription_payment_intent_requires_action",
        status=402,
    )
