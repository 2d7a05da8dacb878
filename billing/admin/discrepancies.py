"""Differences from Stripe that no run could heal, as a queue of work: the most money first."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, Filter
from billing.admin.discrepancy_verbs import DECIDE, SettleView, TakeDiscrepancyView
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Section, Verb
from billing.admin.stripe_links import stripe_part
from billing.models import Discrepancy
from billing.models.reconciliation import DiscrepancyKind, DiscrepancyStatus
from billing.templatetags.parts import NOTHING, age_part, money_part, state_part, time_part
from billing.templatetags.states import discrepancy_state
from billing.templatetags.viewer import Viewer


def what_cell(row: Discrepancy, viewer: Viewer) -> object:
    return viewer.link("billing.discrepancy", row.pk, what_words(row))


def what_words(row: Discrepancy) -> str:
    """Invoice: amount differs (total)."""
    noun = row.object_type.replace("_", " ").capitalize()
    kind = DiscrepancyKind(row.kind).label.lower()
    return f"{noun}: {kind} ({row.field})" if row.field else f"{noun}: {kind}"


def amount_cell(row: Discrepancy, viewer: Viewer) -> object:
    return money_part(row.amount, row.currency, viewer) if row.currency and row.amount else NOTHING


def owner_cell(row: Discrepancy, viewer: Viewer) -> object:
    return str(row.owner.name or row.owner.email) if row.owner else NOTHING


def organization_cell(row: Discrepancy, viewer: Viewer) -> object:
    if row.organization is None:
        return NOTHING
    return viewer.link("billing.organization", row.organization_id, row.organization)


def value_part(row: Discrepancy, value: Any, viewer: Viewer) -> object:
    if value is None:
        return NOTHING
    if row.kind == DiscrepancyKind.AMOUNT_DIFFERS:
        return money_part(value, row.currency, viewer)
    return format_html("<code>{}</code>", value)


def in_status(*statuses: str) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(status__in=statuses)

    return narrow


def _mine(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status=DiscrepancyStatus.OPEN, owner=getattr(viewer.user, "pk", None))


COLUMNS = (
    Column("What", what_cell),
    Column("State", lambda row, viewer: state_part(discrepancy_state(row)), narrow="head"),
    Column("Organization", organization_cell),
    Column("Object", lambda row, viewer: format_html("<code>{}</code>", row.stripe_id)),
    Column("Apart", amount_cell, number=True, narrow="own"),
    Column("Found", lambda row, viewer: age_part(row.found_at, viewer), narrow="end"),
    Column("Owner", owner_cell),
)


@page(Discrepancy)
class DiscrepancyAdmin(KeysetAdmin):
    key_field = "stripe_id"
    order = ("-found_at", "-id")
    search_hint = "id of the object, or rec_… of a run"
    empty_words = "Nothing was found to differ."
    columns = COLUMNS
    chips = (
        Chip("open", "Open", in_status("open"), ("-amount", "-id"), "Nothing differs from Stripe that is not healed."),
        Chip("mine", "Mine", _mine, ("-amount", "-id"), "Nothing is yours."),
        Chip("healed", "Healed", in_status("healed")),
        Chip("closed", "Closed", in_status("resolved", "ignored")),
    )
    filters = (
        Filter("noun", "Noun", "object_type"),
        Filter("kind", "Kind", "kind"),
        Filter("run", "Run", "run__public_id", narrow=lambda rows, value: rows.filter(run__public_id=value)),
    )
    verb_views = {"take": TakeDiscrepancyView, "settle": SettleView}

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization", "owner")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return Discrepancy.objects.select_related("organization", "owner", "run").order_by("-id")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(run__public_id=term) if term.startswith("rec_") else rows.filter(stripe_id=term)

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        is_open = obj.status == DiscrepancyStatus.OPEN
        verbs = [Verb("Close", "../settle/", primary=True), Verb("Take", "../take/")]
        return Heading(
            what_words(obj),
            discrepancy_state(obj),
            whose=organization_cell(obj, viewer) if obj.organization else "",
            identifiers=[stripe_part(obj.stripe_id)],
            line=[
                ("Apart", amount_cell(obj, viewer)),
                ("Found", time_part(obj.found_at, viewer)),
                ("Owner", owner_cell(obj, viewer)),
            ],
            notices=[Notice("info", obj.note)] if obj.note else [],
            verbs=verbs if is_open and viewer.may(DECIDE) else [],
        )

    def sections(self, obj: Discrepancy, viewer: Viewer) -> list[Section]:
        facts = Facts(
            "Both sides",
            [
                ("Here", value_part(obj, obj.here, viewer)),
                ("At Stripe", value_part(obj, obj.there, viewer)),
                ("Run", viewer.link("billing.reconciliationrun", obj.run_id, obj.run.public_id)),
                ("Ended", time_part(obj.resolved_at, viewer)),
            ],
        )
        return [facts, moments.of_object(obj.stripe_id, viewer)]
