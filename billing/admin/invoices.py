"""Invoices: the list, and one with its lines, taxes and what was paid."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, Filter, all_rows
from billing.admin.invoice_sections import heading, sections
from billing.admin.organizations import BY_ORGANIZATION, organizations_named
from billing.admin.registry import page
from billing.admin.sections import Heading, Section
from billing.admin.tables import invoice_cell, invoice_state_cell, organization_cell
from billing.models import Invoice, Organization
from billing.templatetags.parts import NOTHING, age_part, date_part, money_part, number_part
from billing.templatetags.viewer import Viewer


def in_status(status: str) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(status=status)

    return narrow


def past_due(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(Q(attempt_count__gt=0) | Q(due_at__lte=viewer.now), status="open")


def due_cell(row: Invoice, viewer: Viewer) -> object:
    if row.status != "open":
        return NOTHING
    if row.next_payment_attempt:
        return format_html("Next try {}", age_part(row.next_payment_attempt, viewer))
    return age_part(row.due_at, viewer)


@page(Invoice)
class InvoiceAdmin(KeysetAdmin):
    order = ("-stripe_created_at", "-id")
    search_hint = "Number, organization or in_… id"
    empty_words = "No invoices here."
    columns = (
        Column("Number", invoice_cell),
        Column("Organization", organization_cell, narrow="head"),
        Column("State", invoice_state_cell, narrow="head"),
        Column("Total", lambda row, viewer: money_part(row.total, row.currency, viewer), True, "own"),
        Column("Still due", lambda row, viewer: money_part(row.amount_remaining, row.currency, viewer), True),
        Column("Issued", lambda row, viewer: date_part(row.issued_at, viewer), narrow="end"),
        Column("Due", due_cell),
        Column("Attempts", lambda row, viewer: number_part(row.attempt_count, viewer), True),
    )
    chips = (
        Chip("open", "Open", in_status("open"), (), "No open invoices: everything issued is settled."),
        Chip("past-due", "Past due", past_due, (), "No invoice is past due."),
        Chip("draft", "Draft", in_status("draft")),
        Chip("paid", "Paid", in_status("paid")),
        Chip("void", "Void", in_status("void")),
        Chip("uncollectible", "Uncollectible", in_status("uncollectible")),
        Chip("all", "All", all_rows),
    )
    filters = (
        BY_ORGANIZATION,
        Filter("subscription", "Subscription", "subscription"),
        Filter("currency", "Currency", "currency"),
    )

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return self.list_rows(request)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.startswith("in_"):
            return rows.filter(stripe_id=term)
        named = organizations_named(Organization.objects.all(), term)
        return rows.filter(Q(number=term.upper()) | Q(organization__in=named))

    def heading(self, obj: Invoice, viewer: Viewer) -> Heading:
        return heading(obj, viewer)

    def sections(self, obj: Invoice, viewer: Viewer) -> list[Section]:
        return sections(obj, viewer)
