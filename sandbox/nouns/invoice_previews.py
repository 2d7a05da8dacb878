"""`POST /v1/invoices/create_preview`: what a new or changed subscription will be charged."""

from sandbox.context import Context
from sandbox.errors import invalid
from sandbox.jsons import Json
from sandbox.lives import changing, proration, starting
from sandbox.lives.changing import draft_now
from sandbox.lives.previewing import next_renewal, rehearse
from sandbox.nouns import schedule_params, subscriptions
from sandbox.nouns.preview_items import PARAMS, discounts_given, of_pending, set_scene
from sandbox.nouns.schedule_previews import of_schedule
from sandbox.nouns.subscription_building import build, changed_items
from sandbox.nouns.subscription_params import PREVIEW_DETAILS
from sandbox.nouns.subscription_pricing import set_pricing
from sandbox.params import Kind, choice, mapping, text

CREATE: dict[str, Kind] = {
    **PARAMS,
    "customer": text,
    "subscription": text,
    "currency": text,
    "preview_mode": choice("next"),
    "subscription_details": mapping(PREVIEW_DETAILS),
    "schedule": text,
    "schedule_details": mapping(schedule_params.PREVIEW_DETAILS),
}


def create(ctx: Context) -> Json:
    details, making = ctx.param("subscription_details") or {}, _of_new
    if ctx.param("schedule") or ctx.param("schedule_details"):
        details, making = ctx.param("schedule_details") or {}, of_schedule
    elif ctx.param("subscription"):
        making = _of_existing
    made = rehearse(ctx, lambda quiet: making(quiet, details))
    if made is None:
        raise invalid("Nothing to invoice.", code="invoice_upcoming_none", status=404)
    return made


def _of_new(quiet: Context, details: Json) -> Json:
    if quiet.param("customer"):
        set_scene(quiet, quiet.params["customer"], None)
        if not details and quiet.param("invoice_items"):
            return of_pending(quiet)
    if not quiet.param("customer") or not details.get("items"):
        raise invalid("You must pass `subscription`, or `customer` and `subscription_details[items]`.", "customer")
    given = {**details, "customer": quiet.params["customer"], "currency": quiet.param("currency")}
    made = build(quiet, given)
    set_pricing(quiet, made, made["items"]["data"], {**given, **discounts_given(quiet)})
    return starting.prepare(quiet, made, given)


def _of_existing(quiet: Context, details: Json) -> Json:
    subscription = subscriptions.live(quiet, quiet.params["subscription"])
    set_scene(quiet, subscription["customer"], subscription["id"])
    if details.get("cancel_now"):
        return _of_cancellation(quiet, subscription, details)
    items = changed_items(quiet, subscription, details.get("items", []))
    set_pricing(quiet, subscription, items, {**details, **discounts_given(quiet)})
    made = changing.prepare(quiet, subscription, items, details)
    return made if made is not None else next_renewal(quiet, subscription)


def _of_cancellation(quiet: Context, subscription: Json, details: Json) -> Json:
    if details.get("proration_behavior", "create_prorations") != "none":
        for item in subscription["items"]["data"]:
            proration.credit(quiet, subscription, item, details.get("proration_date") or quiet.now)
    return draft_now(quiet, subscription, quiet.now)
