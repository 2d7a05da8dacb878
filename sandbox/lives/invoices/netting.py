"""What subscription items really cost: their prices less the discounts in force. Prorations are made of these."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.discounting import common_to, in_force
from sandbox.lives.invoices.item_lines import price_of
from sandbox.lives.invoices.totals import net
from sandbox.money.rates import price_amount
from sandbox.money.reducing import taken

Cuts = dict[str, int]
"""Amounts (minor units) by the discount that takes them off."""


def priced(ctx: Context, subscription: Json, item: Json) -> tuple[int, Cuts]:
    """An item's full price of one period, and its shares of the discounts that an invoice of all items of the
    subscription would have now."""
    items = [each for each in subscription["items"]["data"] if each["id"] != item["id"]] + [item]
    left = [price_amount(price_of(ctx, each), each["quantity"] or 0) for each in items]
    whole, cuts = left[-1], {}
    own = dict.fromkeys(each for entry in items for each in entry["discounts"])
    for discount_id in in_force(ctx, own):
        fits = [discount_id in entry["discounts"] for entry in items]
        cuts[discount_id] = _take(ctx, discount_id, items, left, fits)
    for discount_id in common_discounts(ctx, subscription):
        cuts[discount_id] = _take(ctx, discount_id, items, left, [True] * len(items))
    return whole, cuts


def common_discounts(ctx: Context, subscription: Json) -> list[str]:
    return common_to(ctx, ctx.load("customer", subscription["customer"]), subscription)


def _take(ctx: Context, discount_id: str, items: list[Json], left: list[int], fits: list[bool]) -> int:
    """Takes a discount off what is left of the fitting items, in place; what it took off the last."""
    terms = ctx.load("discount", discount_id)["_"]["terms"]
    products = terms["products"]
    sold = [products is None or item["price"]["product"] in products for item in items]
    amounts = [left[place] if fits[place] and sold[place] else 0 for place in range(len(items))]
    shares = taken(terms, items[0]["price"]["currency"], amounts)
    for place, amount in enumerate(shares):
        left[place] -= amount
    return shares[-1]


def debited(ctx: Context, debit: Json) -> tuple[int, Cuts]:
    """What was really debited, less its discounts, and these: by the lines on their invoice, or what still waits."""
    invoice = ctx.store.get(debit["invoice"]) if debit.get("invoice") else None
    lines = [entry for entry in invoice["lines"]["data"] if entry["id"] in debit["lines"]] if invoice else []
    if not lines:
        return debit["amount"], debit.get("cuts") or {}
    cuts: Cuts = {}
    for share in (each for entry in lines for each in entry["discount_amounts"]):
        cuts[share["discount"]] = cuts.get(share["discount"], 0) + share["amount"]
    return sum(net(entry) for entry in lines), cuts
