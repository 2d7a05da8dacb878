"""The ledger's lines, newest first: what stands behind each figure of MRR."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics.metrics.mrr import MICRO
from analytics.models import MrrMovement
from analytics.policies import policy_named
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Column, Filter
from billing.admin.organizations import BY_ORGANIZATION, organizations_named
from billing.admin.sections import Facts, Heading, Section
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import organization_cell
from billing.domain.money import half_even
from billing.models import Organization
from billing.templatetags.formats import day_text
from billing.templatetags.parts import money_part, time_part
from billing.templatetags.viewer import Viewer


def amount_cell(row: MrrMovement, viewer: Viewer) -> object:
    """Rounded half even; the ledger keeps a millionth of a minor unit."""
    return money_part(half_even(Fraction(row.delta_micro, MICRO)), row.currency, viewer, signed=True)


def in_month(rows: QuerySet[Any], month: str) -> QuerySet[Any]:
    """Movements of a month of the reporting zone, as 2026-05. Raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return rows.filter(day__gte=first, day__lt=following)


@admin.register(MrrMovement)
class MrrMovementAdmin(KeysetAdmin):
    key_field = "id"
    order = ("-day", "-id")
    search_hint = "Organization or sub_… id"
    empty_words = "No movement yet. The first subscription that is charged makes one."
    columns = (
        Column(
            "Day", lambda row, viewer: viewer.link("analytics.mrrmovement", row.pk, day_text(row.day, viewer.locale))
        ),
        Column("Organization", organization_cell, narrow="head"),
        Column("MRR, a month", amount_cell, number=True, narrow="own"),
        Column("Cause", lambda row, viewer: row.get_cause_display(), narrow="end"),
        Column("Part", lambda row, viewer: row.get_part_display()),
        Column("Subscription", lambda row, viewer: _subscription(row, viewer)),
        Column("Recorded", lambda row, viewer: time_part(row.recorded_at, viewer)),
    )
    filters = (
        BY_ORGANIZATION,
        Filter("month", "Month", "day", narrow=in_month),
        Filter("subscription", "Subscription", "subscription_id"),
        Filter("currency", "Currency", "currency", str.upper),
    )

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().list_rows(request).filter(policy=policy_named("stripe").key)
        return rows.select_related("organization")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return super().objects(request).select_related("organization", "change")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.startswith("sub_"):
            return rows.filter(subscription_id=term)
        return rows.filter(organization__in=organizations_named(Organization.objects.all(), term))

    def heading(self, obj: MrrMovement, viewer: Viewer) -> Heading:
        return Heading(
            f"MRR movement of {day_text(obj.day, viewer.locale)} · {obj.organization}",
            whose=organization_cell(obj, viewer),
            identifiers=[stripe_part(obj.item_id), stripe_part(obj.price_id)],
            line=[("MRR, a month", amount_cell(obj, viewer)), ("Cause", obj.get_cause_display())],
        )

    def sections(self, obj: MrrMovement, viewer: Viewer) -> list[Section]:
        return [
            Facts(
                "Details",
                [
                    ("Effective", time_part(obj.effective_at, viewer)),
                    ("Recorded", time_part(obj.recorded_at, viewer)),
                    ("Policy", obj.policy),
                    ("Part", obj.get_part_display()),
                    ("Subscription", _subscription(obj, viewer)),
                    ("Fact behind it", viewer.link("billing.webhookevent", obj.change.source_id, obj.change.source_id)),
                    ("Exact amount, millionths of a minor unit", f"{obj.delta_micro}"),
                ],
            )
        ]


def _subscription(row: MrrMovement, viewer: Viewer) -> object:
    return viewer.link("billing.subscription", row.subscription_id, row.subscription_id)
