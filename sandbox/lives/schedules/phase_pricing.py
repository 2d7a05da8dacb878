"""What a phase takes off and what tax it asks for: on its subscription, and on each of its items."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.discounting import end
from sandbox.lives.invoices.item_lines import price_of
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.money.rates import price_amount
from sandbox.protocol.errors import StripeError


def reprice(ctx: Context, subscription: Json, items: list[Json], phase: Json, old: Json | None = None) -> None:
    """Sets tax rates and redeems discounts, before anything of the phase is invoiced. `items` are the subscription's
    in the order of the phase's. Where the phase takes the place of an `old` form of itself, what is the same in both
    is left as it stands."""
    place = _place(ctx, subscription, items)
    subscription["default_tax_rates"] = list(phase["default_tax_rates"])
    if old is None or phase["discounts"] != old["discounts"]:
        _give(ctx, subscription, phase["discounts"], place, {"subscription": subscription["id"]})
    former = {entry["price"]: entry["discounts"] for entry in old["items"]} if old else {}
    for item, entry in zip(items, phase["items"], strict=True):
        item["tax_rates"] = list(entry["tax_rates"])
        if former.get(entry["price"]) != entry["discounts"]:
            on = {"subscription": subscription["id"], "subscription_item": item["id"]}
            _give(ctx, item, entry["discounts"], place, on)


def _place(ctx: Context, subscription: Json, items: list[Json]) -> Place:
    customer = ctx.load("customer", subscription["customer"])
    inherited = (customer["discount"]["id"],) if customer["discount"] else ()
    known = (*subscription["discounts"], *(each for item in items for each in item["discounts"]), *inherited)
    worth = sum(price_amount(price_of(ctx, item), item["quantity"] or 0) for item in items)
    return Place(customer, subscription["currency"], worth, known)


def _give(ctx: Context, holder: Json, entries: list[Json], place: Place, on: dict[str, str]) -> None:
    """The discounts of the entries, in place of those before. A coupon or code that can no longer be redeemed when
    its phase comes is passed over."""
    where = Place(place.customer, place.currency, place.worth, place.known, on)
    former, holder["discounts"] = holder["discounts"], []
    for entry in entries:
        try:
            holder["discounts"] += redeem(ctx, [entry], where)
        except StripeError:
            continue
    for gone in former:
        if gone not in holder["discounts"]:
            end(ctx, ctx.load("discount", gone), place.customer, None)
