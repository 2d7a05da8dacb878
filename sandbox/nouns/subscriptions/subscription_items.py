"""Subscription items, as resources of their own: each verb is a change of their subscription."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.subscriptions import subscriptions
from sandbox.nouns.subscriptions.subscription_params import BEHAVIORS, NEW_ITEM, PAYMENT_BEHAVIORS
from sandbox.operations.lists import page_of
from sandbox.protocol.errors import missing
from sandbox.protocol.params import PAGE, Kind, boolean, choice, required, text, timestamp

_HOW: dict[str, Kind] = {
    "proration_behavior": choice(*BEHAVIORS),
    "proration_date": timestamp,
    "payment_behavior": choice(*PAYMENT_BEHAVIORS, "pending_if_incomplete"),
}
CREATE: dict[str, Kind] = {**NEW_ITEM, **_HOW, "subscription": required(text)}
UPDATE: dict[str, Kind] = {**NEW_ITEM, **_HOW, "off_session": boolean}
DELETE: dict[str, Kind] = {**_HOW, "clear_usage": boolean}
LIST: dict[str, Kind] = {**PAGE, "subscription": required(text)}


def _owner(ctx: Context, item_id: str) -> Json:
    owner = next(ctx.store.linked("subscription", "item", item_id), None)
    if owner is None:
        raise missing("subscription_item", item_id)
    return ctx.load("subscription", owner["id"])


def _item(subscription: Json, item_id: str) -> Json:
    return next(dict(item) for item in subscription["items"]["data"] if item["id"] == item_id)


def _change(ctx: Context, subscription_id: str, entry: Json) -> Json:
    how = {name: ctx.params[name] for name in _HOW if name in ctx.params}
    return subscriptions.update(ctx.with_params({"items": [entry], **how}, id=subscription_id))


def create(ctx: Context) -> Json:
    owner = subscriptions.live(ctx, ctx.params["subscription"])
    known = {item["id"] for item in owner["items"]["data"]}
    entry = {name: ctx.params[name] for name in NEW_ITEM if name in ctx.params}
    changed = _change(ctx, owner["id"], entry)
    return next(dict(item) for item in changed["items"]["data"] if item["id"] not in known)


def update(ctx: Context) -> Json:
    owner = _owner(ctx, ctx.path["id"])
    entry = {name: ctx.params[name] for name in NEW_ITEM if name in ctx.params}
    return _item(_change(ctx, owner["id"], {**entry, "id": ctx.path["id"]}), ctx.path["id"])


def retrieve(ctx: Context) -> Json:
    return _item(_owner(ctx, ctx.path["id"]), ctx.path["id"])


def delete(ctx: Context) -> Json:
    owner = _owner(ctx, ctx.path["id"])
    clear = {"clear_usage": True} if ctx.param("clear_usage") else {}
    _change(ctx, owner["id"], {"id": ctx.path["id"], "deleted": True, **clear})
    return {"id": ctx.path["id"], "object": "subscription_item", "deleted": True}


def list_all(ctx: Context) -> Json:
    owner = ctx.load("subscription", ctx.params["subscription"], "subscription")
    return page_of(ctx, "/v1/subscription_items", owner["items"]["data"])
