"""Tables of invoices, payments and subscriptions as they stand on other nouns' pages, and the columns that the
lists share with them."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from billing.admin.columns import Column
from billing.admin.plan_words import charge_of, charge_part, price_of, subscription_words
from billing.models import Invoice, Payment, PaymentMethod, Subscription
from billing.templatetags.declines import decline
from billing.templatetags.formats import period_text
from billing.templatetags.parts import NOTHING, date_part, money_part, state_part, time_part
from billing.templatetags.states import invoice_state, payment_state, subscription_state
from billing.templatetags.viewer import Viewer, zone_named


def organization_cell(row: Any, viewer: Viewer) -> object:
    if row.organization is None:
        return NOTHING
    return viewer.link("billing.organization", row.organization_id, row.organization)


def invoice_cell(invoice: Invoice, viewer: Viewer) -> object:
    return viewer.link("billing.invoice", invoice.pk, invoice.number or "Draft")


def invoice_state_cell(invoice: Invoice, viewer: Viewer) -> object:
    return state_part(invoice_state(invoice, viewer.now))


def payment_cell(payment: Payment, viewer: Viewer) -> object:
    return viewer.link("billing.payment", payment.pk, time_part(payment.created_at, viewer))


def payment_state_cell(payment: Payment, viewer: Viewer) -> object:
    return state_part(payment_state(payment))


def reason_words(payment: Payment) -> str:
    """Why the payment failed; empty where it did not (Stripe keeps the last failure of one that succeeded)."""
    return decline(payment.failure_code).words if payment.failure_code and payment.status != "succeeded" else ""


def card_words(brand: str, last_four: str, kind: str) -> str:
    """Visa ···4242; the kind of method where it is no card."""
    return f"{brand.replace('_', ' ').title()} ···{last_four}" if last_four else kind.replace("_", " ").capitalize()


def method_words(method: PaymentMethod) -> str:
    words = card_words(method.card_brand, method.card_last_four, method.type)
    if not method.card_exp_year:
        return words
    return f"{words} ({method.card_exp_month:02}/{method.card_exp_year})"


def subscription_cell(subscription: Subscription, viewer: Viewer) -> object:
    return viewer.link("billing.subscription", subscription.pk, subscription_words(subscription))


def subscription_state_cell(subscription: Subscription, viewer: Viewer) -> object:
    zone = zone_named(subscription.organization.time_zone)
    return state_part(subscription_state(subscription, zone, viewer.locale))


def price_cell(subscription: Subscription, viewer: Viewer) -> object:
    """What it charges per period; none in one figure where it has several items."""
    items = list(subscription.items.all())
    if len(items) != 1:
        return NOTHING
    return charge_part(charge_of(price_of(items[0]), items[0].quantity), viewer)


def period_cell(row: Any, viewer: Viewer) -> object:
    """The period in the organization's zone, as inclusive dates."""
    start, end = row.current_period_start, row.current_period_end
    if start is None or end is None:
        return NOTHING
    return period_text(start, end, zone_named(row.organization.time_zone), viewer.locale)


def due_cell(lines: list[tuple[str, int]], viewer: Viewer, href: str = "") -> object:
    """Amounts of several currencies, one line each: they are never added."""
    if not lines:
        return NOTHING
    parts = ((money_part(amount, currency, viewer, href=href),) for currency, amount in lines)
    return format_html_join(mark_safe("<br>"), "{}", parts)


INVOICES = (
    Column("Number", invoice_cell),
    Column("State", invoice_state_cell, narrow="head"),
    Column("Total", lambda row, viewer: money_part(row.total, row.currency, viewer), number=True, narrow="own"),
    Column("Still due", lambda row, viewer: money_part(row.amount_remaining, row.currency, viewer), number=True),
    Column("Issued", lambda row, viewer: date_part(row.issued_at or row.stripe_created_at, viewer), narrow="end"),
)
PAYMENTS = (
    Column("Time", payment_cell),
    Column("State", payment_state_cell, narrow="head"),
    Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), number=True, narrow="own"),
    Column("Reason", lambda row, viewer: reason_words(row) or NOTHING, narrow="end"),
)
SUBSCRIPTIONS = (
    Column("Plan", subscription_cell),
    Column("State", subscription_state_cell, narrow="head"),
    Column("Price", price_cell, number=True, narrow="own"),
    Column("Period", period_cell, narrow="end"),
)
