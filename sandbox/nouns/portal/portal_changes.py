"""A change of plan by the customer: at once, or at the period's end where the portal's configuration says so."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.item_lines import price_of
from sandbox.money.rates import price_amount
from sandbox.nouns.invoices import invoice_previews
from sandbox.nouns.schedules import subscription_schedules
from sandbox.nouns.subscriptions import subscriptions
from sandbox.protocol.errors import StripeError, invalid

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def waits(ctx: Context, feature: Json, subscription: Json, change: Json) -> bool:
    """Whether one of the feature's `schedule_at_period_end` conditions holds for the change of the one item."""
    item = subscription["items"]["data"][0]
    old, new = price_of(ctx, item), ctx.load("price", change["price"])
    now, then = item["quantity"] or 0, change.get("quantity", item["quantity"]) or 0
    kinds = {condition["type"] for condition in feature["schedule_at_period_end"]["conditions"]}
    cheaper = price_amount(new, then) < price_amount(old, now)
    shorter = _length(new["recurring"]) < _length(old["recurring"])
    return ("decreasing_item_amount" in kinds and cheaper) or ("shortening_interval" in kinds and shorter)


def _length(recurring: Json) -> int:
    return int(_DAYS[recurring["interval"]] * recurring["interval_count"])


def preview(ctx: Context, subscription: Json, given: Json) -> Json:
    """The invoice that the change brings, as Stripe previews it."""
    details = {name: value for name, value in given.items() if name != "discounts"}
    wanted: Json = {"subscription": subscription["id"], "subscription_details": details}
    if "discounts" in given:
        wanted["discounts"] = given["discounts"]
    return invoice_previews.create(ctx.with_params(wanted))


def change_now(ctx: Context, subscription: Json, given: Json) -> None:
    """What costs something now must be paid: a decline leaves everything as it was."""
    wanted = {**given, "payment_behavior": "error_if_incomplete"}
    subscriptions.update(ctx.with_params(wanted, id=subscription["id"]))


def change_later(ctx: Context, subscription: Json, change: Json) -> None:
    """By a schedule: the plan as it is until the period's end, then the new one, and the schedule lets go."""
    if subscription["schedule"]:
        raise invalid("A change of this subscription is planned already.", "price")
    if subscription["cancel_at"]:
        raise invalid("This subscription is going to end.", "price")
    made = subscription_schedules.create(ctx.with_params({"from_subscription": subscription["id"]}))
    item, phase = subscription["items"]["data"][0], made["phases"][0]
    recurring = ctx.load("price", change["price"])["recurring"]
    duration = {name: recurring[name] for name in ("interval", "interval_count")}
    now = {"items": [_item(item["price"]["id"], item["quantity"])], "start_date": phase["start_date"]}
    then = {"items": [_item(change["price"], change.get("quantity", item["quantity"]))], "duration": duration}
    phases = [{**now, "end_date": phase["end_date"]}, {**then, "proration_behavior": "none"}]
    try:
        given = {"phases": phases, "end_behavior": "release"}
        subscription_schedules.update(ctx.with_params(given, id=made["id"]))
    except StripeError as refused:
        raise invalid(refused.message, "price") from None


def _item(price: str, quantity: int | None) -> Json:
    return {"price": price} if quantity is None else {"price": price, "quantity": quantity}
