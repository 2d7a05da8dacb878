"""Prorations, exact to the second.

Flexible billing credits what was really debited for the remaining time, a credit for each debit; where nothing was
debited, nothing is credited. Classic billing credits the old price's share of the period, whatever was debited.
Debits are the new price's share of the whole period in both. Prices are less the discounts in force, so prorations are
already net (`proration_discounts: included`), or name what each discount took off (`itemized`), and take no further
discount. Amounts are rounded half away from zero to
whole minor units. Source: Stripe's pages on prorations and on the comparison of billing modes.
"""

from datetime import UTC, datetime

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.item_lines import price_of, product_name
from sandbox.lives.invoices.netting import Cuts, common_discounts, priced
from sandbox.lives.subscriptions import debits
from sandbox.lives.subscriptions.item_periods import whole_period
from sandbox.money.money import divided
from sandbox.money.rates import price_amount
from sandbox.shapes.invoice import pricing
from sandbox.shapes.invoice_item import invoice_item


def prorated_price(ctx: Context, subscription: Json, item: Json, at: int) -> int:
    """The item's price for the time from `at` to the end of its period, in minor units."""
    return prorated(subscription, item, at, price_amount(price_of(ctx, item), item["quantity"] or 0))


def prorated(subscription: Json, item: Json, at: int, whole: int) -> int:
    """The share of a whole period's price for the time from `at` to the end of the item's period."""
    start, end = whole_period(subscription, item)
    return divided(whole * max(0, item["current_period_end"] - at), end - start)


def _net(ctx: Context, subscription: Json, item: Json, at: int) -> tuple[int, Cuts]:
    """The share of the price less the discounts in force, and of these; rounded so that they add up to the share of
    the price."""
    whole, cuts = priced(ctx, subscription, item)
    left, parts = prorated(subscription, item, at, whole), {}
    for discount, cut in cuts.items():
        whole -= cut
        before, left = left, prorated(subscription, item, at, whole)
        parts[discount] = before - left
    return left, parts


def is_metered(item: Json) -> bool:
    return bool(item["price"]["recurring"]["usage_type"] == "metered")


def credit(ctx: Context, subscription: Json, item: Json, at: int, end: int | None = None) -> bool:
    """Waiting invoice items that give back the unused time of an item as it was; whether there was any."""
    taken = debits.take_back(ctx, subscription, item["id"], at)
    if subscription["billing_mode"]["type"] == "classic" and taken:
        amount, cuts = _net(ctx, subscription, item, at)
        taken = [(amount, taken[0][1], cuts)]
    period = {"start": at, "end": end or item["current_period_end"]}
    made = [
        _waiting(ctx, subscription, item, -amount, period, "Unused time on", source, _negative(cuts))
        for amount, source, cuts in taken
        if amount
    ]
    return bool(made)


def debit(ctx: Context, subscription: Json, item: Json, at: int) -> bool:
    """A waiting invoice item for the remaining time of an item as it is now; False where it is metered."""
    if is_metered(item) or item["current_period_end"] <= at:
        return False
    amount, cuts = _net(ctx, subscription, item, at)
    period = {"start": at, "end": item["current_period_end"]}
    made = _waiting(ctx, subscription, item, amount, period, "Remaining time on", None, cuts)
    debits.add(subscription, item["id"], [made["id"]], amount, period, cuts)
    return True


def _negative(cuts: Cuts) -> Cuts:
    return {discount: -cut for discount, cut in cuts.items()}


def _waiting(
    ctx: Context,
    subscription: Json,
    item: Json,
    amount: int,
    period: Json,
    words: str,
    credited: Json | None,
    cuts: Cuts,
) -> Json:
    """`amount` is less the discounts (`cuts`); an itemized one shows both."""
    itemized = (subscription["billing_mode"]["flexible"] or {}).get("proration_discounts") == "itemized"
    shown = cuts if itemized else dict.fromkeys(common_discounts(ctx, subscription), 0)
    price = price_of(ctx, item)
    made = invoice_item(
        ctx.new_id("ii_"),
        ctx.now,
        subscription["customer"],
        amount=amount + sum(shown.values()),
        currency=subscription["currency"],
        description=f"{words} {_counted(ctx, price, item)} after {_day(period['start'])}",
    )
    made.update(
        proration=True,
        discountable=False,
        net_amount=amount,
        period=period,
        pricing=pricing(price),
        quantity=item["quantity"] or 0,
        quantity_decimal=str(item["quantity"] or 0),
        tax_rates=item["tax_rates"],
        proration_details={"discount_amounts": [{"amount": cut, "discount": each} for each, cut in shown.items()]},
        parent={
            "subscription_details": {"subscription": subscription["id"], "subscription_item": item["id"]},
            "type": "subscription_details",
        },
    )
    made["_"].update(subscription=subscription["id"], item=item["id"], credited=credited, itemized=itemized)
    _note_discounts(made, item, cuts)
    return ctx.create(made, "invoiceitem.created")


def _note_discounts(made: Json, item: Json, cuts: Cuts) -> None:
    """Those that it is less of, which its invoice uses up; itemized, those of the item are its own."""
    made["_"]["uses"] = [each for each, cut in cuts.items() if cut > 0]
    if made["_"]["itemized"]:
        made["discounts"] = [each for each in cuts if each in item["discounts"]]


def _counted(ctx: Context, price: Json, item: Json) -> str:
    name = product_name(ctx, price)
    return name if item["quantity"] == 1 else f"{item['quantity'] or 0} × {name}"


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y")
