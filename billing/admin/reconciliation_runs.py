"""Reconciliations: what each compared, found and healed, by noun and kind; each number leads to its rows."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from billing.admin.ask_reconciliation import AskView
from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Column, make_table
from billing.admin.discrepancies import COLUMNS as DIFFERENCES
from billing.admin.discrepancy_export import PERMISSION, DifferencesView
from billing.admin.discrepancy_verbs import DECIDE
from billing.admin.list_heads import ListHead
from billing.admin.registry import page
from billing.admin.sections import Heading, Rows, Section, Verb
from billing.models import Discrepancy, ReconciliationRun
from billing.models.reconciliation import UNFINISHED, DiscrepancyKind, DiscrepancyStatus
from billing.reconcile.bank import NOUN as BANK
from billing.reconcile.passes import NOUNS
from billing.templatetags.formats import number_text, span_text
from billing.templatetags.parts import NOTHING, identifier_part, money_part, number_part, state_part, time_part
from billing.templatetags.states import run_state
from billing.templatetags.viewer import Viewer

REFRESH_SECONDS = 10
SHOWN = 50


def run_cell(row: ReconciliationRun, viewer: Viewer) -> object:
    return viewer.link("billing.reconciliationrun", row.pk, scope_words(row))


def scope_words(row: ReconciliationRun) -> str:
    nouns = ", ".join(noun.replace("_", " ") for noun in row.nouns) or "all nouns"
    return f"{'Everything' if row.full else 'What is new or not final'}, {nouns}"


def _ask(run: ReconciliationRun | None = None) -> str:
    """The address of the form, filled in as the run was asked for."""
    address = reverse("admin:billing_reconciliationrun_ask")
    if run is None:
        return address
    scope = [("full", "1")] if run.full else []
    query = urlencode([*scope, *(("nouns", noun) for noun in run.nouns)])
    return f"{address}?{query}" if query else address


def _verbs(run: ReconciliationRun, viewer: Viewer) -> list[Verb]:
    report = [Verb("CSV", "../csv/")] if viewer.may(PERMISSION) else []
    again = viewer.may(DECIDE) and run.status not in UNFINISHED
    return [*report, Verb("Run again…", _ask(run))] if again else report


def length_words(row: ReconciliationRun) -> object:
    if row.started_at is None or row.finished_at is None:
        return NOTHING
    return span_text((row.finished_at - row.started_at).total_seconds())


def money_parts(amounts: dict[str, int], viewer: Viewer) -> object:
    parts: SafeString = format_html_join(
        ", ", "{}", ((money_part(amounts[one], one, viewer),) for one in sorted(amounts))
    )
    return parts or NOTHING


def percent(share: float, viewer: Viewer) -> str:
    return f"{number_text(Decimal(str(round(share * 100, 2))), viewer.locale)} %"


def _kind_column(kind: str, title: str) -> Column:
    """How many of this kind the noun had, as a link to them."""

    def cell(row: tuple[ReconciliationRun, str, dict[str, Any]], viewer: Viewer) -> object:
        run, noun, tally = row
        href = list_address(Discrepancy, run=run.public_id, noun=noun, kind=kind) if tally.get(kind) else ""
        return number_part(tally.get(kind, 0), viewer, href=href)

    return Column(title, cell, number=True)


NOUN_COLUMNS = (
    Column("Noun", lambda row, viewer: row[1].replace("_", " ").capitalize()),
    Column("Compared", lambda row, viewer: number_part(row[2].get("checked", 0), viewer), number=True, narrow="own"),
    *(_kind_column(kind.value, kind.label.capitalize()) for kind in DiscrepancyKind),
    Column("Healed", lambda row, viewer: number_part(row[2].get("healed", 0), viewer), number=True, narrow="own"),
    Column("Apart", lambda row, viewer: money_parts(row[2].get("apart", {}), viewer), number=True),
)


@page(ReconciliationRun)
class ReconciliationRunAdmin(KeysetAdmin):
    key_field = "public_id"
    list_title = "Reconciliation"
    order = ("-asked_at", "-id")
    empty_words = "Nothing was compared with Stripe yet: `reconcile` does, and every night."
    columns = (
        Column("Scope", run_cell),
        Column("State", lambda row, viewer: state_part(run_state(row)), narrow="head"),
        Column("Asked", lambda row, viewer: time_part(row.asked_at, viewer), narrow="own"),
        Column("Took", lambda row, viewer: length_words(row)),
        Column("Compared", lambda row, viewer: number_part(row.total("checked"), viewer), number=True),
        Column("Healed", lambda row, viewer: number_part(row.total("healed"), viewer), number=True),
        Column("Stripe calls", lambda row, viewer: number_part(row.stripe_calls, viewer), number=True),
        Column("Left open", lambda row, viewer: money_parts(row.left, viewer), number=True, narrow="end"),
    )

    verb_views = {"csv": DifferencesView}

    def list_head(self, request: HttpRequest, viewer: Viewer) -> ListHead:
        return ListHead([Verb("Compare with Stripe…", _ask())] if viewer.may(DECIDE) else [])

    def get_urls(self) -> list[URLPattern]:
        ask = self.admin_site.admin_view(AskView.as_view(model_admin=self))
        return [path("ask/", ask, name="billing_reconciliationrun_ask"), *super().get_urls()]

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        return Heading(
            f"Reconciliation · {scope_words(obj)}",
            run_state(obj),
            identifiers=[identifier_part(obj.public_id)],
            line=[
                ("Compared", number_part(obj.total("checked"), viewer)),
                ("Healed", number_part(obj.total("healed"), viewer)),
                ("Left open", money_parts(obj.left, viewer)),
                ("Accuracy", percent(obj.revenue_accuracy, viewer)),
                ("Differences", percent(obj.discrepancy_rate, viewer)),
                ("Took", length_words(obj)),
                ("Stripe calls", number_part(obj.stripe_calls, viewer)),
            ],
            verbs=_verbs(obj, viewer),
            refresh_seconds=REFRESH_SECONDS if obj.status in UNFINISHED else 0,
        )

    def sections(self, obj: ReconciliationRun, viewer: Viewer) -> list[Section]:
        nouns = [(obj, noun, obj.tallies[noun]) for noun in (*NOUNS, BANK) if noun in obj.tallies]
        found = Discrepancy.objects.filter(run=obj).select_related("organization", "owner")
        open_first = [
            *found.filter(status=DiscrepancyStatus.OPEN).order_by("-amount", "id")[:SHOWN],
            *found.exclude(status=DiscrepancyStatus.OPEN).order_by("id")[:SHOWN],
        ]
        more = list_address(Discrepancy, run=obj.public_id)
        return [
            Rows(
                "By noun",
                make_table("What was found, by noun", NOUN_COLUMNS, nouns, viewer),
                "Nothing was compared yet.",
            ),
            Rows("Differences", make_table("Differences", DIFFERENCES, open_first, viewer), "None was found.", more),
        ]
