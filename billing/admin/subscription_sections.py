"""One subscription: what it is, what it costs, how it came to be so, and what may be done."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import list_address
from billing.admin.change_words import changes_of
from billing.admin.columns import Column, make_table
from billing.admin.plan_words import charge_of, charge_part, item_words, price_of, quantity_part, subscription_words
from billing.admin.sections import Facts, Heading, Notice, Rows, Section, Verb
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import INVOICES, method_words, period_cell, price_cell
from billing.domain.states import may_cancel, may_change_plan
from billing.models import Invoice, PaymentMethod, Subscription, SubscriptionChange
from billing.templatetags.formats import percent_text, zone_text
from billing.templatetags.parts import NOTHING, date_part, time_part
from billing.templatetags.states import subscription_state
from billing.templatetags.viewer import Viewer, zone_named

LATEST = 10
CHANGES = 50

ITEMS = (
    Column("Item", lambda row, viewer: item_words(row)),
    Column("Quantity", lambda row, viewer: quantity_part(row.quantity, viewer), number=True),
    Column("Price", lambda row, viewer: charge_part(charge_of(price_of(row), row.quantity), viewer), True, "own"),
    Column("Period", period_cell, narrow="end"),
    Column("Price id", lambda row, viewer: stripe_part(row.price_id)),
)
HISTORY = (
    Column("Effective", lambda row, viewer: time_part(row.at, viewer)),
    Column("What changed", lambda row, viewer: row.words, narrow="head"),
    Column("Cause", lambda row, viewer: row.cause),
    Column("Recorded", lambda row, viewer: time_part(row.recorded_at, viewer), narrow="own"),
)


def heading(subscription: Subscription, viewer: Viewer) -> Heading:
    organization, zone = subscription.organization, zone_named(subscription.organization.time_zone)
    state = subscription_state(subscription, zone, viewer.locale)
    return Heading(
        f"{subscription_words(subscription)} · {organization}",
        state,
        whose=viewer.link("billing.organization", organization.pk, organization),
        identifiers=[stripe_part(subscription.stripe_id)],
        line=[
            ("Price", price_cell(subscription, viewer)),
            ("Period", period_cell(subscription, viewer)),
            *_elapsed(subscription, viewer),
        ],
        notices=_notices(subscription, viewer),
        verbs=verbs(subscription, viewer),
    )


def _elapsed(subscription: Subscription, viewer: Viewer) -> list[tuple[str, object]]:
    start, end = subscription.current_period_start, subscription.current_period_end
    if start is None or end is None or not start <= viewer.now < end:
        return []
    return [("Of the period", f"{percent_text((viewer.now - start) / (end - start), viewer.locale)} gone")]


def _notices(subscription: Subscription, viewer: Viewer) -> list[Notice]:
    if subscription.status in ("past_due", "unpaid"):
        address = list_address(Invoice, subscription=subscription.stripe_id, view="past-due")
        return [Notice("care", "The last invoice is not paid.", address, "See the invoice")]
    end = subscription.current_period_end
    if subscription.status == "active" and not subscription.cancel_at_period_end and end and end < viewer.now:
        text = "The period is over and Stripe has not told us of the next one: nothing bills this subscription here."
        return [Notice("bad", text)]
    return []


def verbs(subscription: Subscription, viewer: Viewer) -> list[Verb]:
    """What may be done; what the state forbids says why, what the reader may not is not there."""
    if not viewer.may("billing.change_subscription"):
        return []
    word = subscription_state(subscription, zone_named("UTC"), viewer.locale).word.lower()
    change, cancel = may_change_plan(subscription.status), may_cancel(subscription.status)
    return [
        Verb("Change plan", _verb(subscription, "change_plan"), primary=True)
        if change
        else Verb("Change plan", why_not=f"not possible while the subscription is {word}"),
        Verb("Cancel", _verb(subscription, "cancel")) if cancel else Verb("Cancel", why_not="it has ended already"),
    ]


def _verb(subscription: Subscription, name: str) -> str:
    return reverse(f"admin:billing_subscription_{name}", args=[subscription.pk])


def sections(subscription: Subscription, viewer: Viewer) -> list[Section]:
    items: list[Any] = list(subscription.items.all())
    for item in items:
        item.organization = subscription.organization
    return [
        Rows("Items", make_table("Items", ITEMS, items, viewer), "No items."),
        _history(subscription, viewer),
        _invoices(subscription, viewer),
        moments.of_target("subscription", subscription.stripe_id, viewer),
        _facts(subscription, viewer),
    ]


def _history(subscription: Subscription, viewer: Viewer) -> Rows:
    facts = SubscriptionChange.objects.filter(subscription_id=subscription.stripe_id)
    rows = changes_of(list(facts.order_by("-effective_at", "-id")[: CHANGES + 1]), viewer)[:CHANGES]
    return Rows("History", make_table("History", HISTORY, rows, viewer), "No change recorded yet.")


def _invoices(subscription: Subscription, viewer: Viewer) -> Rows:
    found = Invoice.objects.filter(subscription=subscription).order_by("-stripe_created_at", "-id")
    table = make_table("Invoices", INVOICES, list(found[:LATEST]), viewer)
    return Rows("Invoices", table, "No invoice yet.", list_address(Invoice, subscription=subscription.stripe_id))


def _facts(subscription: Subscription, viewer: Viewer) -> Facts:
    zone = zone_named(subscription.organization.time_zone)

    def dated(moment: datetime | None) -> object:
        if moment is None:
            return NOTHING
        return format_html("{} ({})", date_part(moment, viewer, zone), zone_text(moment.astimezone(zone)))

    return Facts(
        "Details",
        [
            ("Stripe’s word for the state", format_html("<code>{}</code>", subscription.status)),
            ("Started", dated(subscription.started_at)),
            ("Trial ends", dated(subscription.trial_end)),
            ("Anchor of the billing cycle", dated(subscription.billing_cycle_anchor)),
            ("Cancellation asked for", dated(subscription.canceled_at)),
            ("Ended", dated(subscription.ended_at)),
            ("Pays by", _method(subscription)),
            ("Collection", subscription.collection_method.replace("_", " ").capitalize()),
        ],
    )


def _method(subscription: Subscription) -> object:
    key = subscription.default_payment_method_id or subscription.organization.default_payment_method_id
    method = PaymentMethod.objects.filter(stripe_id=key).first() if key else None
    return method_words(method) if method else NOTHING
