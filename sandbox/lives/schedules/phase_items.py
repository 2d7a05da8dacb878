"""The items of a phase as those of its subscription, and what a phase puts on its next invoice."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.invoicing import pull_pending
from sandbox.lives.subscriptions import adding
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.subscription import subscription_item


def items_of(ctx: Context, subscription: Json, phase: Json) -> list[Json]:
    """Subscription items for a phase: those that have its prices already keep their ids and periods."""
    standing = {item["price"]["id"]: item for item in subscription["items"]["data"]}
    return [_item(ctx, subscription["id"], entry, standing.get(entry["price"])) for entry in phase["items"]]


def _item(ctx: Context, subscription_id: str, entry: Json, old: Json | None) -> Json:
    quantity, metadata = entry.get("quantity"), entry["metadata"]
    if old is not None:
        return {**old, "quantity": quantity, "metadata": merge_metadata(old["metadata"], metadata)}
    price = ctx.load("price", entry["price"])
    made = subscription_item(ctx.new_id("si_"), ctx.now, subscription_id, price, quantity)
    made["metadata"] = dict(metadata)
    return made


def add_invoice_items(
    ctx: Context, subscription: Json, phase: Json, period: tuple[int, int], draft: Json | None
) -> None:
    """Makes the invoice items of a phase: on the draft that entering it made, or waiting for the next invoice.
    `period` is the subscription's in that phase."""
    adding.add(ctx, subscription, [_extra(ctx, phase, entry, period) for entry in phase["add_invoice_items"]])
    if draft is not None and phase["add_invoice_items"]:
        customer = ctx.load("customer", subscription["customer"])
        pull_pending(ctx, draft, customer, subscription["id"], all_of_customer=False)


def _extra(ctx: Context, phase: Json, entry: Json, period: tuple[int, int]) -> Json:
    bounds = _period(phase, entry["period"], period)
    moments = {name: {"type": "timestamp", "timestamp": moment} for name, moment in bounds.items()}
    kept = {name: entry[name] for name in ("quantity", "discountable")}
    metadata = dict(entry["metadata"])
    return {"price": ctx.load("price", entry["price"]), "metadata": metadata, "period": moments, **kept}


def _period(phase: Json, wanted: Json, period: tuple[int, int]) -> Json:
    starts = {
        "max_item_period_start": period[0],
        "phase_start": phase["start_date"],
        "timestamp": wanted["start"].get("timestamp"),
    }
    ends = {
        "min_item_period_end": period[1],
        "phase_end": phase["end_date"],
        "timestamp": wanted["end"].get("timestamp"),
    }
    return {"end": ends[wanted["end"]["type"]], "start": starts[wanted["start"]["type"]]}
