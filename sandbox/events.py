"""Events: what happened, as a snapshot of the object with the attributes it had before."""

from typing import TYPE_CHECKING, Any

from sandbox import API_VERSION
from sandbox.jsons import Json, public
from sandbox.state.outbox import enqueue

if TYPE_CHECKING:
    from sandbox.context import Context


def record(ctx: "Context", kind: str, stored: Json, previous: Json | None = None) -> Json:
    """Stores the event and a delivery for each enabled endpoint that asks for its type."""
    data: Json = {"object": public(stored)}
    if previous is not None and kind.endswith(PREVIOUS_SUFFIXES):
        data["previous_attributes"] = previous
    endpoints = wanting(ctx, kind)
    event: Json = {
        "id": ctx.new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": ctx.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": len(endpoints),
        "request": {"id": ctx.request_id, "idempotency_key": ctx.idempotency_key},
        "type": kind,
    }
    ctx.store.put(event)
    ctx.tidy_later()
    for endpoint in endpoints:
        enqueue(ctx.store, event["id"], endpoint, ctx.account_now)
    return event


KEPT_SECONDS = 30 * 86_400
PREVIOUS_SUFFIXES = (".updated", ".automatically_updated", ".attached", ".detached", ".refunded")


def wanting(ctx: "Context", kind: str) -> list[str]:
    subscribed: list[list[Any]] = ctx.store.note("endpoints", [])
    return [endpoint for endpoint, types in subscribed if "*" in types or kind in types]


def differences(before: Json, after: Json) -> Json:
    """The former values of what changed, nested like the object; null for what is new; lists are given whole."""
    changed: Json = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if key == "_" or old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict) and _one_thing(old, new):
            changed[key] = differences(old, new)
        else:
            changed[key] = old
    return dict(sorted(changed.items()))


def _one_thing(old: Json, new: Json) -> bool:
    """Whether two mappings are of one thing, so that only what differs in them is told."""
    return bool(old.get("object") != "list" and old.get("id") == new.get("id") and old.get("type") == new.get("type"))
