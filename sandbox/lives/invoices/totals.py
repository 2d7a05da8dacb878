"""An invoice's totals: discounts to the cent on lines, taxes on what is left, and the sums. Nowhere else are they made.

Line discounts come before invoice discounts, each in its order and on what the former left. Lines keep their rates in
the invoice's notes under `rates` (line id to tax rate ids); a line without a note has the invoice's default rates.
"""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.money.reducing import taken
from sandbox.money.taxing import shown, summed, taxes_of


def total_up(ctx: Context, made: Json, customer: Json) -> None:
    """Discounts, taxes and totals of a draft, with the customer's balance as it stands (all in minor units)."""
    lines = made["lines"]["data"]
    _discount(ctx, made, lines)
    _tax(ctx, made, lines)
    _sum(made, lines)
    due = max(0, made["total"] + customer["balance"])
    made.update(starting_balance=customer["balance"], amount_due=due, amount_remaining=due)


def _discount(ctx: Context, made: Json, lines: list[Json]) -> None:
    own = list(dict.fromkeys(each for entry in lines for each in entry["discounts"]))
    wanted = own + [each for each in made["discounts"] if each not in own]
    for entry in lines:
        _start_over(entry)
    for discount_id in wanted:
        discount = ctx.store.get(discount_id)
        if discount is not None:
            _take(made["currency"], discount, lines, discount_id in own)
    totals = dict.fromkeys(wanted, 0)
    for entry in (share for line in lines for share in line["discount_amounts"]):
        totals[entry["discount"]] = totals.get(entry["discount"], 0) + entry["amount"]
    made["total_discount_amounts"] = [{"amount": amount, "discount": each} for each, amount in totals.items()]
    made["total_pretax_credit_amounts"] = [_pretax(each, amount) for each, amount in totals.items() if amount]


def _start_over(entry: Json) -> None:
    """A line without discounts, but for those that an itemized proration was made with."""
    made_with = [share for share in entry["discount_amounts"] if share["amount"]] if is_proration(entry) else []
    entry["discount_amounts"] = made_with
    entry["pretax_credit_amounts"] = [_pretax(share["discount"], share["amount"]) for share in made_with]


def _take(currency: str, discount: Json, lines: list[Json], own: bool) -> None:
    """Takes one discount off the lines it applies to; a proration, already net, names a common one with 0."""
    terms = discount["_"]["terms"]
    fitting = [entry for entry in lines if _applies(discount["id"], terms, entry, own)]
    shares = taken(terms, currency, [max(0, net(entry)) for entry in fitting])
    for entry, amount in zip(fitting, shares, strict=True):
        entry["discount_amounts"].append({"amount": amount, "discount": discount["id"]})
        if amount:
            entry["pretax_credit_amounts"].append(_pretax(discount["id"], amount))
    if not own:
        for entry in lines:
            known = any(share["discount"] == discount["id"] for share in entry["discount_amounts"])
            if is_proration(entry) and not known:
                entry["discount_amounts"].append({"amount": 0, "discount": discount["id"]})


def _applies(discount_id: str, terms: Json, entry: Json, own: bool) -> bool:
    if not entry["discountable"] or (own and discount_id not in entry["discounts"]):
        return False
    products, pricing = terms["products"], entry["pricing"]
    return products is None or bool(pricing and pricing["price_details"]["product"] in products)


def _pretax(discount_id: str, amount: int) -> Json:
    return {"amount": amount, "credit_balance_transaction": None, "discount": discount_id, "type": "discount"}


def net(entry: Json) -> int:
    """A line's amount without its discounts."""
    amount: int = entry["amount"] - sum(share["amount"] for share in entry["discount_amounts"])
    return amount


def is_proration(entry: Json) -> bool:
    details = entry["parent"]["subscription_item_details"] or entry["parent"]["invoice_item_details"]
    return bool(details["proration"])


def _tax(ctx: Context, made: Json, lines: list[Json]) -> None:
    """Taxes of each line after all discounts; `before` notes the inclusive taxes before the invoice's discounts."""
    exempt, before = made["customer_tax_exempt"] or "none", 0
    for entry in lines:
        rates = rates_of(ctx, made, entry)
        entry["taxes"] = [shown(tax, exempt) for tax in taxes_of(net(entry), rates)]
        if exempt == "none" and any(rate["inclusive"] for rate in rates):
            before += sum(tax.amount for tax in taxes_of(_before_common(entry), rates) if tax.inclusive)
    made["total_taxes"] = summed([entry["taxes"] for entry in lines])
    made["subtotal"] = sum(_before_common(entry) for entry in lines)
    made["subtotal_excluding_tax"] = made["subtotal"] - before


def _before_common(entry: Json) -> int:
    """A line's amount less its own discounts, without those of the whole invoice."""
    own = sum(share["amount"] for share in entry["discount_amounts"] if share["discount"] in entry["discounts"])
    amount: int = entry["amount"] - own
    return amount


def rates_of(ctx: Context, made: Json, entry: Json) -> list[Json]:
    """The tax rates of a line: its own, else the invoice's."""
    own = made["_"]["rates"].get(entry["id"])
    if own is None:
        defaults: list[Json] = made["default_tax_rates"]
        return defaults
    return [ctx.load("tax_rate", rate_id) for rate_id in own]


def _sum(made: Json, lines: list[Json]) -> None:
    left = sum(net(entry) for entry in lines)
    made["total"] = left + _taxed(made, "exclusive")
    made["total_excluding_tax"] = left - _taxed(made, "inclusive")


def _taxed(made: Json, behavior: str) -> int:
    return sum(tax["amount"] for tax in made["total_taxes"] if tax["tax_behavior"] == behavior)
