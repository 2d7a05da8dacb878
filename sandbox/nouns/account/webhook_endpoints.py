"""Webhook endpoints: where events are sent, which, and with which secret they are signed."""

from typing import Any
from urllib.parse import urlsplit

from sandbox import API_VERSION, thin_events
from sandbox.context import Context
from sandbox.event_types import EVENT_TYPES
from sandbox.jsons import Json, public
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    PAGE,
    Kind,
    array,
    boolean,
    choice,
    clearable,
    merge_metadata,
    metadata,
    required,
    text,
)

MAX_ENDPOINTS = 16


def event_type(value: Any, path: str) -> str:
    """A type that Stripe knows, or `*` for all."""
    if not isinstance(value, str) or (value != "*" and value not in EVENT_TYPES | thin_events.TYPES):
        raise invalid(f"Invalid {path}: must be one of {', '.join(['*', *sorted(EVENT_TYPES)])}", path)
    return value


_COMMON: dict[str, Kind] = {"description": clearable(text), "metadata": metadata}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "url": required(text),
    "enabled_events": required(array(event_type)),
    "api_version": choice(API_VERSION),
    "connect": boolean,
}
UPDATE: dict[str, Kind] = {**_COMMON, "url": text, "enabled_events": array(event_type), "disabled": boolean}
LIST = PAGE


def create(ctx: Context) -> Json:
    """The secret is shown here, and never again."""
    check_endpoint(ctx.params)
    endpoint = make_endpoint(ctx, ctx.params, new_secret(ctx))
    return {**public(endpoint), "secret": endpoint["_"]["secret"]}


def new_secret(ctx: Context) -> str:
    return ctx.new_id("whsec_") + ctx.new_id("")[:8]


def make_endpoint(ctx: Context, given: Json, secret: str) -> Json:
    if len(ctx.store.find("webhook_endpoint")) >= MAX_ENDPOINTS:
        raise invalid(f"You have reached the maximum of {MAX_ENDPOINTS} test webhook endpoints.")
    endpoint = {
        "id": ctx.new_id("we_"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": ctx.now,
        "description": given.get("description"),
        "enabled_events": given["enabled_events"],
        "livemode": False,
        "metadata": merge_metadata({}, given.get("metadata", {})),
        "status": "enabled",
        "url": given["url"],
        "_": {"secret": secret},
    }
    ctx.create(endpoint)
    _note_subscribed(ctx)
    return endpoint


def check_endpoint(given: Json) -> None:
    """Raises for a URL without scheme and host, for no event types, and for types that there are not."""
    if "url" in given:
        parts = urlsplit(text(given["url"], "url"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")
    if "enabled_events" in given and not given["enabled_events"]:
        raise invalid("You must enable at least one event.", "enabled_events")
    array(event_type)(given.get("enabled_events", []), "enabled_events")


def _note_subscribed(ctx: Context) -> None:
    """What recording an event looks at: enabled endpoints with their types."""
    enabled = ctx.store.find("webhook_endpoint", status="enabled")
    ctx.store.set_note("endpoints", [[endpoint["id"], endpoint["enabled_events"]] for endpoint in enabled])


def update(ctx: Context) -> Json:
    endpoint = ctx.load("webhook_endpoint", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    check_endpoint(given)
    if "disabled" in given:
        endpoint["status"] = "disabled" if given.pop("disabled") else "enabled"
    if "metadata" in given:
        given["metadata"] = merge_metadata(endpoint["metadata"], given["metadata"])
    endpoint.update(given)
    ctx.update(endpoint)
    _note_subscribed(ctx)
    return public(endpoint)


def delete(ctx: Context) -> Json:
    endpoint = ctx.load("webhook_endpoint", ctx.path["id"])
    forget_endpoint(ctx, endpoint["id"])
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def forget_endpoint(ctx: Context, endpoint_id: str) -> None:
    """With all that was still to be delivered to it."""
    ctx.store.drop(endpoint_id)
    ctx.store.db.execute("DELETE FROM deliveries WHERE endpoint = ?", (endpoint_id,))
    _note_subscribed(ctx)
