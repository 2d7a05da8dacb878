"""What changes the price of a subscription beside its prices: discounts and tax rates, of it and of its items."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.discounting import end
from sandbox.lives.invoices.item_lines import price_of
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.money.rates import price_amount


def set_pricing(ctx: Context, subscription: Json, items: list[Json], given: Json) -> None:
    """Redeems `discounts` and sets `default_tax_rates`, and the same of each of the `items` (the whole list after the
    change), before any invoice of the change is made. Empty strings clear them; an empty array changes nothing."""
    if _is_given(given, "default_tax_rates"):
        subscription["default_tax_rates"] = tax_rates(ctx, given["default_tax_rates"], "default_tax_rates")
    if _is_given(given, "discounts"):
        place = _place(ctx, subscription, items, {"subscription": subscription["id"]})
        _replace(ctx, subscription, place, given["discounts"], "discounts")
    for index, (item, entry) in enumerate(_paired(items, given.get("items") or [])):
        _set_item_pricing(ctx, subscription, items, item, entry, f"items[{index}]")


def _is_given(given: Json, name: str) -> bool:
    return name in given and given[name] != []


def _paired(items: list[Json], entries: list[Json]) -> list[tuple[Json, Json]]:
    """Each entry with the item that it made (new items are the last, in the order of their entries) or changed."""
    by_id = {item["id"]: item for item in items}
    fresh = iter(items[len(items) - sum(entry.get("id") is None for entry in entries) :])
    found = ((by_id.get(entry["id"]) if entry.get("id") else next(fresh), entry) for entry in entries)
    return [(item, entry) for item, entry in found if item is not None]


def _set_item_pricing(ctx: Context, owner: Json, items: list[Json], item: Json, entry: Json, path: str) -> None:
    if _is_given(entry, "tax_rates"):
        item["tax_rates"] = tax_rates(ctx, entry["tax_rates"], f"{path}[tax_rates]")
    if _is_given(entry, "discounts"):
        place = _place(ctx, owner, items, {"subscription": owner["id"], "subscription_item": item["id"]})
        _replace(ctx, item, place, entry["discounts"], f"{path}[discounts]")


def _place(ctx: Context, subscription: Json, items: list[Json], on: dict[str, str]) -> Place:
    customer = ctx.load("customer", subscription["customer"])
    inherited = (customer["discount"]["id"],) if customer["discount"] else ()
    known = (*subscription["discounts"], *(each for item in items for each in item["discounts"]), *inherited)
    worth = sum(price_amount(price_of(ctx, item), item["quantity"] or 0) for item in items)
    return Place(customer, subscription["currency"], worth, known, on)


def _replace(ctx: Context, holder: Json, place: Place, entries: list[Json] | None, path: str) -> None:
    """Redeems the entries onto the holder; its former discounts that are not among them end."""
    former, holder["discounts"] = holder["discounts"], redeem(ctx, entries or [], place, path)
    for gone in former:
        if gone not in holder["discounts"]:
            end(ctx, ctx.load("discount", gone), place.customer, None)
