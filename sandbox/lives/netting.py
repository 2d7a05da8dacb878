"""What subscription items really cost: their prices less the discounts in force. Prorations are made of these."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.discounting import common_to, in_force
from sandbox.lives.item_lines import price_of
from sandbox.lives.totals import net
from sandbox.rates import price_amount
from sandbox.reducing import taken


def net_price(ctx: Context, subscription: Json, item: Json) -> int:
    """An item's full price of one period, less its share of the discounts that an invoice of all items of the
    subscription would have now (minor units)."""
    items = [each for each in subscription["items"]["data"] if each["id"] != item["id"]] + [item]
    left = [price_amount(price_of(ctx, each), each["quantity"] or 0) for each in items]
    own = dict.fromkeys(each for entry in items for each in entry["discounts"])
    for discount_id in in_force(ctx, own):
        _take(ctx, discount_id, items, left, [discount_id in entry["discounts"] for entry in items])
    for discount_id in common_discounts(ctx, subscription):
        _take(ctx, discount_id, items, left, [True] * len(items))
    return left[-1]


def common_discounts(ctx: Context, subscription: Json) -> list[str]:
    return common_to(ctx, ctx.load("customer", subscription["customer"]), subscription)


def _take(ctx: Context, discount_id: str, items: list[Json], left: list[int], fits: list[bool]) -> None:
    """Takes a discount off what is left of the fitting items, in place."""
    terms = ctx.load("discount", discount_id)["_"]["terms"]
    products = terms["products"]
    sold = [products is None or item["price"]["product"] in products for item in items]
    amounts = [left[place] if fits[place] and sold[place] else 0 for place in range(len(items))]
    for place, amount in enumerate(taken(terms, items[0]["price"]["currency"], amounts)):
        left[place] -= amount


def debited(ctx: Context, debit: Json) -> int:
    """What was really debited: the lines on their invoice less their discounts, or the amount that still waits."""
    invoice = ctx.store.get(debit["invoice"]) if debit.get("invoice") else None
    lines = [entry for entry in invoice["lines"]["data"] if entry["id"] in debit["lines"]] if invoice else []
    amount: int = sum(net(entry) for entry in lines) if lines else debit["amount"]
    return amount
