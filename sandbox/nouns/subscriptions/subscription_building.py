"""From parameters to a subscription and its items, checked."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.clocks.timelines import check_room
from sandbox.lives.subscriptions.item_periods import interval_of
from sandbox.nouns.catalog.prices import make_price
from sandbox.protocol.errors import invalid, missing, missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.subscription import subscription, subscription_item

MAX_ITEMS = 20


def build(ctx: Context, given: Json) -> Json:
    """A new subscription with items, not stored, without period."""
    customer = ctx.load("customer", given["customer"], "customer")
    check_room(ctx, customer)
    entries = given.get("items") or []
    if not entries:
        raise missing_parameter("items")
    subscription_id = ctx.new_id("sub_")
    items = [new_item(ctx, subscription_id, entry, f"items[{index}]") for index, entry in enumerate(entries)]
    asked = given.get("billing_mode") or {}
    mode = asked.get("type", "flexible")
    check_items(items, given.get("currency") or customer["currency"], mode)
    made = subscription(subscription_id, ctx.now, customer["id"], items[0]["price"]["currency"])
    made["items"]["data"] = items
    if mode == "classic":
        made["billing_mode"] = {"flexible": None, "type": "classic", "updated_at": None}
    made["billing_mode"]["flexible"] = asked.get("flexible") or made["billing_mode"]["flexible"]
    return made


def new_item(ctx: Context, subscription_id: str, entry: Json, path: str) -> Json:
    price = _price(ctx, entry, path)
    if price["type"] != "recurring":
        raise invalid(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
            f"{path}[price]",
        )
    if not price["active"]:
        raise invalid(f"The price specified is inactive: {price['id']}", f"{path}[price]")
    metered = price["recurring"]["usage_type"] == "metered"
    if metered and entry.get("quantity") is not None:
        raise invalid("You cannot set a quantity on a metered price.", f"{path}[quantity]")
    quantity = None if metered else entry.get("quantity", 1)
    made = subscription_item(ctx.new_id("si_"), ctx.now, subscription_id, price, quantity)
    made["metadata"] = merge_metadata({}, entry.get("metadata", {}))
    return made


def _price(ctx: Context, entry: Json, path: str) -> Json:
    if entry.get("price_data"):
        return make_price(ctx, entry["price_data"])
    if not entry.get("price"):
        raise missing_parameter(f"{path}[price]")
    return ctx.load("price", entry["price"], f"{path}[price]")


def check_items(items: list[Json], currency: str | None, mode: str) -> None:
    """One currency, one item per price, at most 20 items; several intervals in flexible billing only."""
    if not items or len(items) > MAX_ITEMS:
        raise invalid(f"A subscription must have 1 to {MAX_ITEMS} items.", "items")
    if len({item["price"]["currency"] for item in items} | ({currency} if currency else set())) > 1:
        raise invalid("You cannot combine currencies on a single customer or subscription.", "items")
    if mode == "classic" and len({interval_of(item["price"]) for item in items}) > 1:
        raise invalid(
            "All prices of a subscription must have the same `recurring.interval` and `recurring.interval_count`,"
            " unless its `billing_mode` is flexible.",
            "items",
        )
    prices = [item["price"]["id"] for item in items]
    if len(set(prices)) < len(prices):
        raise invalid("Cannot add multiple subscription items with the same price.", "items")


def changed_items(ctx: Context, owner: Json, entries: list[Json]) -> list[Json]:
    """The whole list of items after a change; what the entries do not name stays."""
    items = {item["id"]: dict(item) for item in owner["items"]["data"]}
    for index, entry in enumerate(entries):
        path, item_id = f"items[{index}]", entry.get("id")
        if item_id is None:
            made = new_item(ctx, owner["id"], entry, path)
            items[made["id"]] = made
        elif item_id not in items:
            raise missing("subscription_item", item_id, f"{path}[id]")
        elif entry.get("deleted"):
            _check_clear_usage(items.pop(item_id), entry, path)
        else:
            items[item_id] = _changed(ctx, owner, items[item_id], entry, path)
    result = list(items.values())
    check_items(result, owner["currency"], owner["billing_mode"]["type"])
    return result


def _check_clear_usage(item: Json, entry: Json, path: str) -> None:
    if entry.get("clear_usage") and item["price"]["recurring"]["usage_type"] != "metered":
        raise invalid("`clear_usage` is allowed only for metered prices.", f"{path}[clear_usage]")


def _changed(ctx: Context, owner: Json, item: Json, entry: Json, path: str) -> Json:
    """The item after a change. Another price has the quantity 1 unless one is given, as Stripe documents."""
    if not ({"price", "price_data", "quantity"} & entry.keys()):
        changed = dict(item)
    else:
        carried = {"price": item["price"]["id"], **entry}
        if item["quantity"] is not None and not ({"price", "price_data"} & entry.keys()):
            carried.setdefault("quantity", item["quantity"])
        made = new_item(ctx, owner["id"], carried, path)
        changed = {**made, "id": item["id"], "created": item["created"], "metadata": item["metadata"]}
        changed.update(discounts=item["discounts"], tax_rates=item["tax_rates"])
        changed["current_period_start"] = item["current_period_start"]
        changed["current_period_end"] = item["current_period_end"]
    if "metadata" in entry:
        changed["metadata"] = merge_metadata(item["metadata"], entry["metadata"])
    return changed
