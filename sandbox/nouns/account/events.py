"""Events, kept for 30 days of the account's clock; those of a test clock until 30 days after its end."""

import re
from typing import Any

from sandbox.context import Context
from sandbox.events import KEPT_SECONDS
from sandbox.jsons import Json
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing
from sandbox.protocol.params import PAGE, RANGE, Kind, array, boolean

MAX_TYPES = 20


def _type(value: Any, path: str) -> str:
    """An event type, or a group of them with `*`."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_.*]{1,200}", value):
        raise invalid(f"Invalid {path}: {value}", path)
    return value


LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "delivery_success": boolean, "type": _type, "types": array(_type)}
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
    where: list[str] = ["(created > ? OR clock IS NOT NULL)"]
    values: list[int | str] = [ctx.now - KEPT_SECONDS]
    kinds = _wanted(ctx)
    exact = kinds[0] if len(kinds) == 1 and "*" not in kinds[0] else None
    if kinds and not exact:
        where.append("(" + " OR ".join("tag GLOB ?" for _ in kinds) + ")")
        values += kinds
    if ctx.param("delivery_success") is not None:
        where.append(f"{'NOT ' if ctx.param('delivery_success') else ''}{_UNDELIVERED}")
    found = page(ctx, "event", "/v1/events", " AND ".join(where), tuple(values), tag=exact)
    found["data"] = [_current(ctx, event) for event in found["data"]]
    return found


def _wanted(ctx: Context) -> list[str]:
    kind, kinds = ctx.param("type"), ctx.param("types") or []
    if kind and kinds:
        raise invalid("You may only specify one of these parameters: type, types.")
    if len(kinds) > MAX_TYPES:
        raise invalid(f"You may pass at most {MAX_TYPES} types.", "types")
    return [kind] if kind else list(kinds)
