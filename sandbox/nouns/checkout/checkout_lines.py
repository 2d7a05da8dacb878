"""The lines of a Checkout session: from parameters to stored lines, checked against its mode."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.catalog.prices import inline_product, make_price
from sandbox.protocol.errors import invalid, missing, missing_parameter
from sandbox.protocol.params import merge_metadata

MAX_LINES = 100
MAX_OF_A_KIND = 20
_NO_RECURRING = (
    "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only"
    " one-time prices."
)
_NO_QUANTITY = "Quantity is required. Add `quantity` to `{path}`"


def lines_of(ctx: Context, mode: str, entries: list[Json]) -> list[Json]:
    """The stored lines of a new session; raises where Stripe refuses them."""
    if mode == "setup":
        if entries:
            raise invalid("You can not pass `line_items` in `setup` mode.", "line_items")
        return []
    if not entries:
        raise missing_parameter("line_items")
    lines = [_line(ctx, entry, f"line_items[{index}]") for index, entry in enumerate(entries)]
    check(ctx, mode, lines)
    return lines


def _line(ctx: Context, entry: Json, path: str) -> Json:
    price = _price(ctx, entry, path)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", f"{path}[price]")
    metered = is_recurring(price) and price["recurring"]["usage_type"] == "metered"
    if metered and "quantity" in entry:
        raise invalid("You cannot set a quantity on a metered price.", f"{path}[quantity]")
    if not metered and "quantity" not in entry:
        raise invalid(_NO_QUANTITY.format(path=path), f"{path}[quantity]", "parameter_missing")
    return {
        "id": ctx.new_id("li_"),
        "price": price["id"],
        "quantity": entry.get("quantity"),
        "tax_rates": entry.get("tax_rates"),
        "adjustable": adjustable(entry.get("adjustable_quantity"), entry.get("quantity"), path),
        "metadata": merge_metadata({}, entry.get("metadata") or {}),
    }


def _price(ctx: Context, entry: Json, path: str) -> Json:
    inline = entry.get("price_data")
    if inline and entry.get("price"):
        raise invalid("You may only specify one of these parameters: price, price_data.", f"{path}[price]")
    if not inline and not entry.get("price"):
        raise missing_parameter(f"{path}[price]")
    if not inline:
        return ctx.load("price", entry["price"], f"{path}[price]")
    data = {key: value for key, value in inline.items() if key != "product_data"}
    if inline.get("product_data"):
        data["product"] = inline_product(ctx, inline["product_data"])
    if "product" not in data:
        raise missing_parameter(f"{path}[price_data][product_data]")
    return make_price(ctx, data)


def adjustable(given: Json | None, quantity: int | None, path: str) -> Json | None:
    """What the customer may choose: 0 to 99 where nothing else is said (Stripe's defaults)."""
    if not given or quantity is None:
        return None
    if not given["enabled"]:
        return {"enabled": False, "maximum": None, "minimum": None}
    low, high = given.get("minimum", 0), given.get("maximum", max(99, quantity))
    if not low <= quantity <= high:
        raise invalid("`quantity` must lie between the minimum and the maximum of `adjustable_quantity`.", path)
    return {"enabled": True, "maximum": high, "minimum": low}


def is_recurring(price: Json) -> bool:
    return bool(price["type"] == "recurring")


def check(ctx: Context, mode: str, lines: list[Json]) -> None:
    """Kinds of prices, one currency and the number of lines."""
    prices = [ctx.load("price", line["price"]) for line in lines]
    recurring = [price for price in prices if is_recurring(price)]
    if mode == "payment" and recurring:
        raise invalid(_NO_RECURRING, "mode")
    if mode == "subscription" and not recurring:
        raise invalid("You must provide at least one recurring price in `subscription` mode when using prices.")
    if len({price["currency"] for price in prices}) > 1:
        raise invalid("All prices of a Checkout Session must have the same currency.", "line_items")
    too_many = mode == "subscription" and max(len(recurring), len(prices) - len(recurring)) > MAX_OF_A_KIND
    if too_many or len(lines) > MAX_LINES:
        raise invalid(
            f"A session may have at most {MAX_LINES} line items, {MAX_OF_A_KIND} of a kind in a subscription."
        )


def changed_lines(ctx: Context, session: Json, entries: list[Json]) -> list[Json]:
    """The whole list after an update: named lines change, new ones are added, what is not named goes (Stripe's rule:
    a retained line has to be passed with its id)."""
    known = {line["id"]: line for line in session["_"]["lines"]}
    lines = []
    for index, entry in enumerate(entries):
        path = f"line_items[{index}]"
        if "id" not in entry:
            lines.append(_line(ctx, entry, path))
        elif entry["id"] in known:
            lines.append(_changed(ctx, known[entry["id"]], entry, path))
        else:
            raise missing("line item", entry["id"], f"{path}[id]")
    check(ctx, session["mode"], lines)
    return lines


def _changed(ctx: Context, line: Json, entry: Json, path: str) -> Json:
    limits = line["adjustable"] if line["adjustable"] and line["adjustable"]["enabled"] else None
    kept = {name: line[name] for name in ("price", "quantity", "tax_rates")}
    carried = {**kept, "adjustable_quantity": limits, **entry}
    if "price_data" in entry:
        del carried["price"]
    made = _line(ctx, {key: value for key, value in carried.items() if value is not None}, path)
    metadata = merge_metadata(line["metadata"], entry.get("metadata", {}))
    return {**made, "id": line["id"], "metadata": metadata}
