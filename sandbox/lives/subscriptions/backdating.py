"""A start in the past: the first invoice has, beside the first period from now on, the time since that start.

The billing cycle is anchored where the subscription is made, as Stripe's `backdate_start_date` leaves it.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.invoicing import add_lines
from sandbox.lives.invoices.item_lines import item_lines, price_of
from sandbox.lives.invoices.totals import total_up
from sandbox.lives.subscriptions.item_periods import interval_of
from sandbox.lives.subscriptions.proration import is_metered
from sandbox.money.money import divided
from sandbox.money.periods import later
from sandbox.money.rates import price_amount


def backdate(ctx: Context, subscription: Json, draft: Json, start: int, *, billed: bool) -> None:
    """Has it started at `start` (Unix seconds); where `billed`, puts the time since then on the stored first draft, a
    line for each licensed item."""
    subscription["start_date"] = start
    for item in subscription["items"]["data"]:
        if billed and not is_metered(item):
            amount = _worth(ctx, item, start)
            add_lines(draft, item_lines(ctx, subscription, item, (start, ctx.now), amount=amount), subscription)
    total_up(ctx, draft, ctx.load("customer", subscription["customer"]))
    ctx.store.put(draft)
    ctx.store.put(subscription)


def _worth(ctx: Context, item: Json, start: int) -> int:
    """Minor units: the price for each whole period since the start, and for the part of the one that is not over."""
    interval, count = interval_of(item["price"])
    price, total = price_amount(price_of(ctx, item), item["quantity"] or 0), 0
    step, begun = 1, start
    while (end := later(start, interval, step * count)) <= ctx.now:
        total, begun, step = total + price, end, step + 1
    return total + divided(price * (ctx.now - begun), end - begun)
