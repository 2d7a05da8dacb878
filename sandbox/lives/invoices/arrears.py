"""Usage is billed in arrears: what a metered item counted since it was last billed, at the price that it then had.

Usage is the customer's: two items on the same meter both bill it. Usage on a trial is free. A period that ends early
(a new anchor, a removed item) is billed for what was counted in it; there is no proration of usage. Source: Stripe's
pages on managing usage-based billing and on the comparison of billing modes.
"""

from decimal import Decimal
from itertools import groupby, zip_longest

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.item_lines import item_lines, price_of
from sandbox.shapes.invoice_item import invoice_item
from sandbox.state import usage_rows


def is_metered(item: Json) -> bool:
    return bool(item["price"]["recurring"]["usage_type"] == "metered")


def used(ctx: Context, subscription: Json, item: Json, start: int, end: int) -> Decimal:
    """What an item's price counts in a span of time; never below zero, as Stripe bills it."""
    meter = ctx.store.get(price_of(ctx, item)["recurring"]["meter"] or "")
    if meter is None:
        return Decimal(0)
    return Decimal(max(0, usage_rows.used(ctx.store.db, meter, subscription["customer"], start, end)))


def _since(subscription: Json, item: Json, start: int) -> int:
    """From when an item's usage is not billed yet: when it came or got its price, if that is within the period."""
    return max(start, int(subscription["_"].get("usage_since", {}).pop(item["id"], start)))


def begin(subscription: Json, item_ids: set[str], now: int) -> None:
    """Items that came or changed their price: usage from `now` on is theirs."""
    for item in subscription["items"]["data"]:
        if item["id"] in item_ids and is_metered(item):
            subscription["_"].setdefault("usage_since", {})[item["id"]] = now


def lines(ctx: Context, subscription: Json, item: Json, period: tuple[int, int]) -> list[Json]:
    """Lines for the usage of an item in a period that has ended, or ends now."""
    start, end = _since(subscription, item, period[0]), period[1]
    return _lines(ctx, subscription, item, start, end)


def _lines(ctx: Context, subscription: Json, item: Json, start: int, end: int) -> list[Json]:
    quantity, free = used(ctx, subscription, item, start, end), _on_trial(subscription, start, end)
    return item_lines(ctx, subscription, item, (start, end), used=quantity, amount=0 if free else None, trial=free)


def _on_trial(subscription: Json, start: int, end: int) -> bool:
    first, last = subscription["trial_start"], subscription["trial_end"]
    return bool(first is not None and last is not None and first <= start and end <= last)


def up_to_now(ctx: Context, subscription: Json, items: list[Json]) -> list[Json]:
    """Lines for what these items counted in a period that is cut short now."""
    metered = [item for item in items if is_metered(item)]
    return [
        entry for item in metered for entry in lines(ctx, subscription, item, (item["current_period_start"], ctx.now))
    ]


def announced(ctx: Context, subscription: Json) -> list[Json]:
    """Lines of nothing for the period that begins: classic billing shows metered items on the first invoice too."""
    return [
        entry
        for item in subscription["items"]["data"]
        if is_metered(item)
        for entry in item_lines(
            ctx, subscription, item, (item["current_period_start"], item["current_period_end"]), amount=0
        )
    ]


def leave_waiting(ctx: Context, subscription: Json, items: list[Json]) -> bool:
    """Flexible billing leaves an invoice item for what an item counted before it was removed or repriced; whether
    there was any. Classic billing forgets that usage."""
    made = up_to_now(ctx, subscription, items)
    if subscription["billing_mode"]["type"] == "classic":
        return False
    waiting = [entry for entry in made if entry["amount"] or entry["quantity"]]
    for entry in waiting:
        ctx.create(_waiting(ctx, subscription, items, entry), "invoiceitem.created")
    return bool(waiting)


def _waiting(ctx: Context, subscription: Json, items: list[Json], entry: Json) -> Json:
    """What would be a line, as an invoice item, with the discounts and tax rates of its subscription item."""
    made = invoice_item(
        ctx.new_id("ii_"),
        ctx.now,
        subscription["customer"],
        amount=entry["amount"],
        currency=entry["currency"],
        description=entry["description"],
    )
    item_id = entry["parent"]["subscription_item_details"]["subscription_item"]
    item = next(item for item in items if item["id"] == item_id)
    details = {"subscription": subscription["id"], "subscription_item": item_id}
    made.update(discounts=list(item["discounts"]), tax_rates=list(item["tax_rates"]))
    made.update({name: entry[name] for name in ("period", "pricing", "quantity", "quantity_decimal")})
    made["parent"] = {"subscription_details": details, "type": "subscription_details"}
    made["_"].update(subscription=subscription["id"], item=item_id)
    return made


def forget(subscription: Json, items: list[Json]) -> None:
    """Usage of these items that is not billed at all."""
    for item in items:
        subscription["_"].get("usage_since", {}).pop(item["id"], None)


def refresh(ctx: Context, invoice: Json) -> bool:
    """Brings the usage lines of a draft to what was counted by now, late events with them; whether any changed."""
    known, fresh = invoice["lines"]["data"], []
    for _, group in groupby(known, key=_place):
        fresh += _recounted(ctx, invoice, list(group))
    changed = bool(fresh != known)
    for entry in fresh:
        entry["invoice"] = invoice["id"]
    invoice["lines"]["data"] = fresh
    return changed


def _place(entry: Json) -> tuple[object, ...]:
    """Lines of the same item, price and time stand together; every other line by itself."""
    details = (entry["parent"] or {}).get("subscription_item_details")
    if not details or details["invoice_item"] or not entry["pricing"]:
        return (entry["id"],)
    price = entry["pricing"]["price_details"]["price"]
    return details["subscription_item"], price, entry["period"]["start"], entry["period"]["end"]


def _recounted(ctx: Context, invoice: Json, known: list[Json]) -> list[Json]:
    """The same lines with what is counted by now; lines keep their ids, those that come share discounts and rates."""
    if known[0]["period"]["end"] > invoice["created"]:
        return known
    place = _place(known[0])
    price = ctx.store.get(str(place[1])) if len(place) > 1 else None
    if price is None or price["recurring"]["usage_type"] != "metered":
        return known
    subscription = ctx.load("subscription", known[0]["subscription"])
    item = {"id": place[0], "price": price, "quantity": None}
    period = known[0]["period"]
    counted = used(ctx, subscription, item, period["start"], period["end"])
    if counted == sum(Decimal(entry["quantity_decimal"]) for entry in known):
        return known
    made = _lines(ctx, subscription, item, period["start"], period["end"])
    rates = invoice["_"]["rates"].get(known[0]["id"])
    for entry, old in zip_longest(made, known[: len(made)], fillvalue=known[0]):
        entry["discounts"] = list(old["discounts"])
        if old is not known[0] or entry is made[0]:
            entry.update(id=old["id"], metadata=old["metadata"])
        elif rates:
            invoice["_"]["rates"][entry["id"]] = list(rates)
    return made
