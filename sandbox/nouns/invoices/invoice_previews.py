"""`POST /v1/invoices/create_preview`: what a new or changed subscription will be charged."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.previewing import next_renewal, recurring, rehearse
from sandbox.lives.subscriptions import changing, concluding, resuming
from sandbox.lives.subscriptions.changing import draft_now
from sandbox.lives.subscriptions.schedule import period_of
from sandbox.nouns.invoices.preview_items import PARAMS, discounts_given, of_pending, set_scene
from sandbox.nouns.schedules import schedule_params
from sandbox.nouns.schedules.schedule_previews import of_schedule
from sandbox.nouns.subscriptions import subscriptions
from sandbox.nouns.subscriptions.subscription_building import build, changed_items
from sandbox.nouns.subscriptions.subscription_params import PREVIEW_DETAILS
from sandbox.nouns.subscriptions.subscription_pricing import set_pricing
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import Kind, choice, mapping, merge_metadata, text

CREATE: dict[str, Kind] = {
    **PARAMS,
    "customer": text,
    "subscription": text,
    "currency": text,
    "preview_mode": choice("next", "recurring"),
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


def _of_new(quiet: Context, details: Json) -> Json | None:
    if not quiet.param("customer"):
        raise invalid("You must pass `subscription`, or `customer` and `subscription_details[items]`.", "customer")
    set_scene(quiet, quiet.params["customer"], None)
    if not details.get("items"):
        return of_pending(quiet) if quiet.param("invoice_items") and not details else _of_next(quiet)
    given = {**details, "customer": quiet.params["customer"], "currency": quiet.param("currency")}
    start = details.get("start_date", quiet.now)
    if start < quiet.now:
        given["backdate_start_date"] = start
    quiet.now = max(quiet.now, start)
    made = build(quiet, given)
    _note(made, details)
    set_pricing(quiet, made, made["items"]["data"], {**given, **discounts_given(quiet)})
    first = subscriptions.begin(quiet, made, given, keeps_empty=True)
    return recurring(quiet, made) if _is_recurring(quiet) else first


def _note(subscription: Json, details: Json) -> None:
    if "metadata" in details:
        subscription["metadata"] = merge_metadata(subscription["metadata"], details["metadata"])


def _is_recurring(quiet: Context) -> bool:
    return bool(quiet.param("preview_mode") == "recurring")


def _of_next(quiet: Context) -> Json:
    """The next invoice from among all subscriptions of the customer."""
    customer = quiet.params["customer"]
    found = quiet.store.find("subscription", customer=customer)
    running = [each for each in found if each["status"] not in (*subscriptions.ENDED, "paused")]
    if not running:
        raise invalid(f"No upcoming invoices for customer: {customer}", code="invoice_upcoming_none", status=404)
    chosen = min(running, key=lambda each: period_of(each)[1])
    return recurring(quiet, chosen) if _is_recurring(quiet) else next_renewal(quiet, chosen)


def _of_existing(quiet: Context, details: Json) -> Json:
    subscription = subscriptions.live(quiet, quiet.params["subscription"])
    set_scene(quiet, subscription["customer"], subscription["id"])
    if details.get("cancel_now"):
        return _of_cancellation(quiet, subscription, details)
    if details.get("resume_at"):
        return _of_resumption(quiet, subscription, details)
    items = changed_items(quiet, subscription, details.get("items", []))
    _note(subscription, details)
    set_pricing(quiet, subscription, items, {**details, **discounts_given(quiet)})
    made = changing.prepare(quiet, subscription, items, details)
    if _is_recurring(quiet):
        return recurring(quiet, subscription)
    return made if made is not None else next_renewal(quiet, subscription)


def _of_cancellation(quiet: Context, subscription: Json, details: Json) -> Json:
    """As canceling with `prorate` and `invoice_now` does it."""
    if details.get("proration_behavior", "create_prorations") != "none":
        subscriptions.credit_unused(quiet, subscription, details.get("proration_date") or quiet.now)
    made = concluding.prepare(quiet, subscription, "subscription_update")
    return made if made is not None else draft_now(quiet, subscription, quiet.now)


def _of_resumption(quiet: Context, subscription: Json, details: Json) -> Json:
    if subscription["status"] != "paused":
        raise invalid("`resume_at` is for paused subscriptions.", "subscription_details[resume_at]")
    return resuming.prepare(quiet, subscription, details)
