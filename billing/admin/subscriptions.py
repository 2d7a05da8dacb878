"""Subscriptions: the list by next invoice, one subscription with its history, and its two verbs."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin.base import KeysetAdmin
from billing.admin.cancel import CancelView
from billing.admin.change_plan import ChangePlanView
from billing.admin.columns import Chip, Column, Filter, all_rows
from billing.admin.organizations import BY_ORGANIZATION, organizations_named
from billing.admin.plan_words import subscription_words
from billing.admin.registry import page
from billing.admin.sections import Heading, Section
from billing.admin.subscription_sections import heading, sections
from billing.admin.tables import organization_cell, period_cell, price_cell, subscription_state_cell
from billing.domain.states import LIVE, SERVED
from billing.models import Organization, Subscription
from billing.templatetags.parts import NOTHING, age_part, date_part
from billing.templatetags.viewer import Viewer, zone_named


def plan_cell(row: Subscription, viewer: Viewer) -> object:
    return viewer.link("billing.subscription", row.pk, subscription_words(row))


def next_invoice_cell(row: Subscription, viewer: Viewer) -> object:
    if row.status not in SERVED or row.cancel_at_period_end or row.pause_behavior:
        return NOTHING
    return date_part(row.current_period_end, viewer, zone_named(row.organization.time_zone))


def scheduled_cell(row: Subscription, viewer: Viewer) -> object:
    if row.status == "trialing":
        return format_html("Trial ends {}", age_part(row.trial_end, viewer))
    if row.cancel_at_period_end or row.cancel_at:
        return format_html("Ends {}", age_part(row.cancel_at or row.current_period_end, viewer))
    return NOTHING


def _active(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status__in=SERVED)


def _trial_ends(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status="trialing", trial_end__lte=viewer.now + timedelta(days=7))


def _past_due(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status__in=("past_due", "unpaid"))


def _paused(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(Q(status="paused") | Q(status__in=LIVE) & ~Q(pause_behavior=""))


def _cancels(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status__in=LIVE, cancel_at_period_end=True)


def _no_next_invoice(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    """Served, not ending, and its period is over: nothing will bill it."""
    overdue = Q(current_period_end=None) | Q(current_period_end__lt=viewer.now - timedelta(hours=1))
    return rows.filter(overdue, status__in=SERVED, cancel_at_period_end=False)


def _ended(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.exclude(status__in=LIVE)


@page(Subscription)
class SubscriptionAdmin(KeysetAdmin):
    order = ("current_period_end", "id")
    verb_views = {"change-plan": ChangePlanView, "cancel": CancelView}
    search_hint = "Organization or sub_… id"
    empty_words = "No subscriptions here."
    columns = (
        Column("Plan", plan_cell),
        Column("Organization", organization_cell, narrow="head"),
        Column("State", subscription_state_cell, narrow="head"),
        Column("Price", price_cell, number=True, narrow="own"),
        Column("Period", period_cell),
        Column("Next invoice", next_invoice_cell, narrow="end"),
        Column("Scheduled", scheduled_cell),
    )
    chips = (
        Chip("active", "Active", _active),
        Chip("trial-ends", "Trial ends in 7 d", _trial_ends),
        Chip("past-due", "Past due", _past_due, (), "No subscription is past due."),
        Chip("paused", "Paused", _paused),
        Chip("cancels", "Cancels at period end", _cancels),
        Chip(
            "no-next-invoice", "No next invoice", _no_next_invoice, (), "Every active subscription has a next invoice."
        ),
        Chip("ended", "Ended", _ended, order=("-stripe_created_at", "-id")),
        Chip("all", "All", all_rows),
    )
    filters = (
        BY_ORGANIZATION,
        Filter("plan", "Plan", "items__price__plan__code"),
    )

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization").prefetch_related("items__price__plan")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return self.list_rows(request)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.startswith("sub_"):
            return rows.filter(stripe_id=term)
        return rows.filter(organization__in=organizations_named(Organization.objects.all(), term))

    def heading(self, obj: Subscription, viewer: Viewer) -> Heading:
        return heading(obj, viewer)

    def sections(self, obj: Subscription, viewer: Viewer) -> list[Section]:
        return sections(obj, viewer)
