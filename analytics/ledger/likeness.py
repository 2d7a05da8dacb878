"""What of a state and of Stripe's `previous_attributes` can be laid side by side.

A state holds reduced keys, `previous_attributes` raw ones; a likeness is what both have, in one form.
"""

from collections.abc import Mapping
from typing import Any

Likeness = dict[str, Any]
PLAIN = ("status", "cancel_at", "cancel_at_period_end", "canceled_at", "ended_at", "trial_end")


def likeness(state: Mapping[str, Any]) -> Likeness:
    """The comparable part of a reduced state."""
    return {
        "object": "subscription",
        **{key: state.get(key) for key in PLAIN},
        "pause": (state.get("pause") or {}).get("behavior"),
        "items": sorted((item["id"], item["price"], item.get("quantity")) for item in state.get("items") or ()),
        "discounts": sorted(_id(discount) for discount in state.get("discounts") or ()),
    }


def previous_likeness(previous: Mapping[str, Any]) -> Likeness:
    """The comparable part of raw `previous_attributes`: only what changed, as it was before."""
    changed: Likeness = {key: previous[key] for key in PLAIN if key in previous}
    pause = previous.get("pause_collection", ...)
    if pause is None or (isinstance(pause, Mapping) and "behavior" in pause):
        changed["pause"] = pause["behavior"] if pause else None
    if (items := _items(previous.get("items"))) is not None:
        changed["items"] = items
    if isinstance(previous.get("discounts"), list):
        changed["discounts"] = sorted(_id(discount) for discount in previous["discounts"])
    return changed


def _items(items: Any) -> list[tuple[str, str, int | None]] | None:
    """None where Stripe did not send the items whole."""
    data = items.get("data") if isinstance(items, Mapping) else items
    if not isinstance(data, list) or not all(_is_whole(item) for item in data):
        return None
    return sorted((item["id"], _id(item.get("price") or item["plan"]), item.get("quantity")) for item in data)


def _is_whole(item: Any) -> bool:
    return isinstance(item, Mapping) and "id" in item and bool(item.get("price") or item.get("plan"))


def _id(value: Any) -> str:
    return str(value["id"] if isinstance(value, Mapping) else value)
