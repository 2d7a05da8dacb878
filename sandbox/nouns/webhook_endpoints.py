"""Webhook endpoints: where events are sent, which, and with which secret they are signed."""

from urllib.parse import urlsplit

from sandbox import API_VERSION
from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json, public
from sandbox.params import PAGE, Kind, array, boolean, choice, clearable, merge_metadata, metadata, required, text

_COMMON: dict[str, Kind] = {"description": clearable(text), "metadata": metadata}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "url": required(text),
    "enabled_events": required(array(text)),
    "api_version": choice(API_VERSION),
    "connect": boolean,
}
UPDATE: dict[str, Kind] = {**_COMMON, "url": text, "enabled_events": array(text), "disabled": boolean}
LIST = PAGE


def create(ctx: Context) -> Json:
    """The secret is shown here, and never again."""
    endpoint = make_endpoint(ctx, ctx.params, ctx.new_id("whsec_") + ctx.new_id("")[:8])
    return {**public(endpoint), "secret": endpoint["_"]["secret"]}


def make_endpoint(ctx: Context, given: Json, secret: str) -> Json:
    _check(given)
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


def _check(given: Json) -> None:
    if "url" in given:
        parts = urlsplit(given["url"])
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")
    if "enabled_events" in given and not given["enabled_events"]:
        raise invalid("You must enable at least one event.", "enabled_events")


def _note_subscribed(ctx: Context) -> None:
    """What recording an event looks at: enabled endpoints with their types."""
    enabled = ctx.store.find("webhook_endpoint", status="enabled")
    ctx.store.set_note("endpoints", [[endpoint["id"], endpoint["enabled_events"]] for endpoint in enabled])


def update(ctx: Context) -> Json:
    endpoint = ctx.load("webhook_endpoint", ctx.path["id"])
    given = {key: value for key, value in ctx.params.items() if key != "expand"}
    _check(given)
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
    ctx.store.drop(endpoint["id"])
    ctx.store.db.execute("DELETE FROM deliveries WHERE endpoint = ?", (endpoint["id"],))
    _note_subscribed(ctx)
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}
