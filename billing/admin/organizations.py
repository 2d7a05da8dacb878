"""Organizations: the list, and everything of one on one page."""

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils.html import format_html

from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Chip, Column, Filter, all_rows
from billing.admin.organization_sections import heading, sections
from billing.admin.plan_words import subscription_words
from billing.admin.registry import page
from billing.admin.sections import Heading, Section
from billing.admin.tables import due_cell, subscription_state_cell
from billing.domain.states import LIVE, InvoiceStatus
from billing.models import Invoice, Organization, Subscription
from billing.templatetags.parts import NOTHING, date_part
from billing.templatetags.viewer import Viewer


def name_cell(row: Organization, viewer: Viewer) -> object:
    name = viewer.link("billing.organization", row.pk, row)
    return format_html('{}<span class="ch-second">{}</span>', name, row.email) if row.email and row.name else name


def state_cell(row: Any, viewer: Viewer) -> object:
    return subscription_state_cell(row.main_subscription, viewer) if row.main_subscription else NOTHING


def plan_cell(row: Any, viewer: Viewer) -> object:
    return subscription_words(row.main_subscription) if row.main_subscription else NOTHING


def balance_cell(row: Any, viewer: Viewer) -> object:
    return due_cell(row.due, viewer, list_address(Invoice, organization=row.pk, view="open"))


def having(**conditions: Any) -> Any:
    """Organizations that have a subscription like this."""

    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(Exists(Subscription.objects.filter(organization=OuterRef("pk"), **conditions)))

    return narrow


def without_subscription(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(~Exists(Subscription.objects.live().filter(organization=OuterRef("pk"))))


@page(Organization)
class OrganizationAdmin(KeysetAdmin):
    key_field = "public_id"
    order = ("-created_at", "-id")
    search_hint = "Name, mail address or id"
    empty_words = "No organizations yet. They appear when a customer signs up, or when Stripe tells of a new one."
    columns = (
        Column("Name", name_cell),
        Column("State", state_cell, narrow="head"),
        Column("Plan", plan_cell, narrow="end"),
        Column("Balance due", balance_cell, number=True, narrow="own"),
        Column("Customer since", lambda row, viewer: date_part(row.created_at, viewer)),
    )
    chips = (
        Chip("all", "All", all_rows),
        Chip("paying", "Paying", having(status="active")),
        Chip("trial", "Trial", having(status="trialing")),
        Chip("past-due", "Past due", having(status__in=("past_due", "unpaid"))),
        Chip("cancelling", "Cancelling", having(status__in=LIVE, cancel_at_period_end=True)),
        Chip("none", "No subscription", without_subscription),
    )

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return organizations_named(rows, term)

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        main, due = main_subscriptions(rows), due_by_currency(rows)
        for row in rows:
            row.main_subscription, row.due = main.get(row.pk), due.get(row.pk, [])

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        obj.latest_subscriptions = latest_subscriptions(obj)
        obj.main_subscription = next(iter(obj.latest_subscriptions), None)
        obj.due = due_by_currency([obj]).get(obj.pk, [])
        return heading(obj, viewer)

    def sections(self, obj: Organization, viewer: Viewer) -> list[Section]:
        return sections(obj, viewer)


def name_of(key: str) -> str:
    """The organization's name for its primary key, as filters show it."""
    found = Organization.objects.filter(pk=key).first() if key.isascii() and key.isdigit() else None
    return str(found) if found else key


BY_ORGANIZATION = Filter("organization", "Organization", "organization_id", name_of)


def organizations_named(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    """By id, mail address or the beginning of the name."""
    if term.startswith("cus_"):
        return rows.filter(stripe_customer_id=term)
    if term.startswith("org_"):
        return rows.filter(public_id=term)
    return rows.filter(email__iexact=term) if "@" in term else rows.filter(name__istartswith=term)


LIVE_FIRST = Case(When(status__in=LIVE, then=Value(0)), default=Value(1), output_field=IntegerField())


def latest_subscriptions(organization: Organization) -> list[Subscription]:
    """At most five, live ones first, then the newest."""
    found = Subscription.objects.filter(organization=organization).order_by(LIVE_FIRST, "-stripe_created_at", "-id")
    subscriptions = list(found.prefetch_related("items__price__plan")[:5])
    for subscription in subscriptions:
        subscription.organization = organization
    return subscriptions


def main_subscriptions(organizations: list[Organization]) -> dict[int, Subscription]:
    """The subscription that says most of each: a live one before an ended one, then the newest."""
    found = (
        Subscription.objects.filter(organization__in=organizations)
        .order_by("organization_id", LIVE_FIRST, "-stripe_created_at", "-id")
        .distinct("organization_id")
        .prefetch_related("items__price__plan")
    )
    by_id = {organization.pk: organization for organization in organizations}
    main = {subscription.organization_id: subscription for subscription in found}
    for subscription in main.values():
        subscription.organization = by_id[subscription.organization_id]
    return main


def due_by_currency(organizations: list[Organization]) -> dict[int, list[tuple[str, int]]]:
    """What each still owes on open invoices, a sum a currency."""
    open_ones = Invoice.objects.filter(Q(status=InvoiceStatus.OPEN), organization__in=organizations)
    sums = open_ones.values_list("organization_id", "currency").annotate(due=Sum("amount_remaining"))
    due: dict[int, list[tuple[str, int]]] = {}
    for organization_id, currency, amount in sums.order_by("organization_id", "currency"):
        due.setdefault(organization_id, []).append((currency, amount))
    return due
