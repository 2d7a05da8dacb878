"""One organization, everything on one page."""

from typing import Any

from billing.admin import moments
from billing.admin.base import list_address
from billing.admin.columns import Column, make_table
from billing.admin.sections import Facts, Heading, Notice, Rows, Section
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import INVOICES, PAYMENTS, SUBSCRIPTIONS, due_cell, method_words
from billing.models import ApiKey, Invoice, Membership, Organization, Payment, PaymentMethod, Subscription
from billing.models.api_key import PREFIXES
from billing.templatetags.formats import zone_text
from billing.templatetags.parts import NOTHING, date_part, identifier_part, money_part, time_part
from billing.templatetags.states import subscription_state
from billing.templatetags.viewer import Viewer, zone_named

LATEST = 5

PEOPLE = (
    Column("Person", lambda row, viewer: row.user.get_full_name()),
    Column("Mail address", lambda row, viewer: row.user.email, narrow="head"),
    Column("Role", lambda row, viewer: row.get_role_display(), narrow="own"),
)
KEYS = (
    Column("Name", lambda row, viewer: row.name),
    Column("Key", lambda row, viewer: f"{PREFIXES[row.live]}…{row.last_four}", narrow="head"),
    Column("Scopes", lambda row, viewer: ", ".join(row.scopes) or NOTHING),
    Column("Last used", lambda row, viewer: time_part(row.last_used_at, viewer), narrow="own"),
    Column("State", lambda row, viewer: "Revoked" if row.revoked_at else "In use"),
)
METHODS = (
    Column("Method", lambda row, viewer: method_words(row)),
    Column("Use", lambda row, viewer: "Default" if row.is_default else NOTHING, narrow="own"),
    Column("Added", lambda row, viewer: date_part(row.created_at, viewer)),
)


def heading(organization: Any, viewer: Viewer) -> Heading:
    zone, main = zone_named(organization.time_zone), organization.main_subscription
    local = viewer.now.astimezone(zone)
    return Heading(
        str(organization),
        subscription_state(main, zone, viewer.locale) if main else None,
        whose=organization.email if organization.name else "",
        identifiers=[identifier_part(organization.public_id), stripe_part(organization.stripe_customer_id)],
        line=[
            (
                "Due",
                due_cell(organization.due, viewer, list_address(Invoice, organization=organization.pk, view="open")),
            ),
            ("Credit", money_part(max(0, -organization.balance), organization.currency, viewer)),
            ("Currency", organization.currency.upper()),
            ("Local time", f"{local:%H:%M} {zone_text(local)}"),
            ("Customer since", date_part(organization.created_at, viewer)),
        ],
        notices=_notices(organization, viewer),
    )


def _notices(organization: Any, viewer: Viewer) -> list[Notice]:
    """Worst first, at most three."""
    main, notices = organization.main_subscription, []
    if organization.deleted_at:
        notices.append(Notice("bad", "This customer was deleted at Stripe."))
    if organization.erased_at:
        notices.append(Notice("bad", "The persons of this customer were erased; its invoices and amounts are kept."))
    if organization.delinquent or (main and main.status in ("past_due", "unpaid")):
        link = list_address(Invoice, organization=organization.pk, view="past-due")
        notices.append(Notice("care", "A payment is overdue.", link, "See the invoices"))
    if not organization.default_payment_method_id and main and main.status in ("active", "past_due"):
        notices.append(Notice("care", "There is no default payment method."))
    return notices[:3]


def sections(organization: Organization, viewer: Viewer) -> list[Section]:
    return [
        _subscriptions(organization, viewer),
        moments.of_organization(organization.pk, viewer),
        _invoices(organization, viewer),
        _payments(organization, viewer),
        _methods(organization, viewer),
        _people(organization, viewer),
        _keys(organization, viewer),
        _facts(organization),
    ]


def _subscriptions(organization: Any, viewer: Viewer) -> Rows:
    table = make_table("Subscriptions", SUBSCRIPTIONS, organization.latest_subscriptions, viewer)
    more = list_address(Subscription, organization=organization.pk, view="all")
    return Rows("Subscriptions", table, "No subscription yet.", more, half=True)


def _invoices(organization: Organization, viewer: Viewer) -> Rows:
    rows = list(Invoice.objects.filter(organization=organization).order_by("-stripe_created_at", "-id")[:LATEST])
    more = list_address(Invoice, organization=organization.pk)
    return Rows("Invoices", make_table("Invoices", INVOICES, rows, viewer), "No invoice yet.", more)


def _payments(organization: Organization, viewer: Viewer) -> Rows:
    found = Payment.objects.filter(organization=organization).prefetch_related("attempts")
    rows = list(found.order_by("-created_at", "-id")[:LATEST])
    more = list_address(Payment, organization=organization.pk)
    return Rows("Payments", make_table("Payments", PAYMENTS, rows, viewer), "No payment yet.", more)


def _methods(organization: Organization, viewer: Viewer) -> Rows:
    rows: list[Any] = list(
        PaymentMethod.objects.filter(organization=organization, detached=False).order_by("-created_at")[:LATEST]
    )
    for row in rows:
        row.is_default = row.stripe_id == organization.default_payment_method_id
    return Rows("Payment methods", make_table("Payment methods", METHODS, rows, viewer), "None on file.", half=True)


def _people(organization: Organization, viewer: Viewer) -> Rows:
    rows = list(Membership.objects.filter(organization=organization).select_related("user").order_by("id")[:50])
    return Rows(
        "People", make_table("People", PEOPLE, rows, viewer), "Nobody signs in for this organization.", half=True
    )


def _keys(organization: Organization, viewer: Viewer) -> Rows:
    rows = list(ApiKey.objects.filter(organization=organization).order_by("-id")[:50])
    return Rows("API keys", make_table("API keys", KEYS, rows, viewer), "No API key.")


def _facts(organization: Organization) -> Facts:
    return Facts(
        "Details",
        [
            ("Country", organization.country or NOTHING),
            ("Time zone", organization.time_zone),
            ("Language", organization.locale),
            ("Renews on", f"day {organization.anchor_day}" if organization.anchor_day else "the day of the signup"),
            ("Came by", {"signup": "signing up", "staff": "staff", "stripe": "Stripe"}[organization.origin]),
        ],
    )
