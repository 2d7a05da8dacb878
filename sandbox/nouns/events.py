"""Events, kept for 30 days of the account's clock; those of a test clock until 30 days after its end."""

from sandbox.context import Context
from sandbox.errors import missing
from sandbox.events import KEPT_SECONDS
from sandbox.jsons import Json
from sandbox.lists import page
from sandbox.params import PAGE, RANGE, Kind, array, boolean, text

LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "delivery_success": boolean, "type": text, "types": array(text)}
_UNDELIVERED = "EXISTS (SELECT 1 FROM deliveries d WHERE d.event = objects.id)"


def retrieve(ctx: Context) -> Json:
    event = ctx.load("event", ctx.path["id"])
    if ctx.clock is None and event["created"] <= ctx.now - KEPT_SECONDS:
        raise missing("event", event["id"])
    return _current(ctx, event)


def _current(ctx: Context, event: Json) -> Json:
    left = ctx.store.rows("SELECT count(*) FROM deliveries WHERE event = ?", (event["id"],))
    return {**event, "pending_webhooks": left[0][0]}


def list_all(ctx: Context) -> Json:
    where, values = ["(created > ? OR clock IS NOT NULL)"], [ctx.now - KEPT_SECONDS]
    kinds = ctx.param("types") or ([ctx.param("type")] if ctx.param("type") else [])
    if kinds:
        where.append("(" + " OR ".join("tag GLOB ?" for _ in kinds) + ")")
        values += kinds
    if ctx.param("delivery_success") is not None:
        where.append(f"{'NOT ' if ctx.param('delivery_success') else ''}{_UNDELIVERED}")
    found = page(ctx, "event", "/v1/events", " AND ".join(where), tuple(values))
    found["data"] = [_current(ctx, event) for event in found["data"]]
    return found
