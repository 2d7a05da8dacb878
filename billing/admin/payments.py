"""Payments: the list, and one with its attempts and refunds."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from billing.admin import moments
from billing.admin.approval_words import open_approvals
from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column, Filter, all_rows, make_table
from billing.admin.organizations import BY_ORGANIZATION, organizations_named
from billing.admin.refund import RefundView
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Rows, Section, Verb
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import card_words, organization_cell, payment_cell, payment_state_cell, reason_words
from billing.models import Invoice, Organization, Payment, PaymentAttempt
from billing.services.refunds import REFUND, CannotRefund, check_refundable
from billing.templatetags.declines import decline
from billing.templatetags.parts import NOTHING, identifier_part, money_part, state_part, time_part
from billing.templatetags.states import attempt_state, payment_state, refund_state
from billing.templatetags.viewer import Viewer


def method_cell(row: Any, viewer: Viewer) -> object:
    attempts = [attempt for attempt in row.attempts.all() if attempt.card_last_four]
    if attempts:
        return card_words(attempts[-1].card_brand, attempts[-1].card_last_four, "card")
    return card_words("", "", row.method) if row.method else NOTHING


def invoice_cell(row: Any, viewer: Viewer) -> object:
    invoices = row.paid_invoices
    if not invoices:
        return NOTHING
    return format_html_join(", ", "{}", ((viewer.link("billing.invoice", one.pk, one),) for one in invoices))


def refunded_cell(row: Any, viewer: Viewer) -> object:
    refunded = sum(attempt.amount_refunded for attempt in row.attempts.all())
    return money_part(refunded, row.currency, viewer) if refunded else NOTHING


def _failed(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    since = viewer.now - timedelta(hours=24)
    return rows.filter(status="requires_payment_method", created_at__gte=since).exclude(failure_code="")


def _needs_customer(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status__in=("requires_action", "requires_confirmation"))


def _offline(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(stripe_id=None)


def _with_attempt(**conditions: Any) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(Exists(PaymentAttempt.objects.filter(payment=OuterRef("stripe_id"), **conditions)))

    return narrow


ATTEMPTS = (
    Column("Time", lambda row, viewer: time_part(row.created_at, viewer)),
    Column("State", lambda row, viewer: state_part(attempt_state(row)), narrow="head"),
    Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), True, "own"),
    Column("Method", lambda row, viewer: card_words(row.card_brand, row.card_last_four, "other"), narrow="end"),
    Column("Reason", lambda row, viewer: decline(row.failure_code).words if row.failure_code else NOTHING),
    Column("Next step", lambda row, viewer: decline(row.failure_code).advice if row.failure_code else NOTHING),
)
REFUNDS = (
    Column("Time", lambda row, viewer: time_part(row.created_at, viewer)),
    Column("State", lambda row, viewer: state_part(refund_state(row)), narrow="head"),
    Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), True, "own"),
    Column("Reason", lambda row, viewer: row.reason.replace("_", " ").capitalize() or NOTHING),
    Column("Id", lambda row, viewer: stripe_part(row.stripe_id)),
)


@page(Payment)
class PaymentAdmin(KeysetAdmin):
    order = ("-created_at", "-id")
    verb_views = {"refund": RefundView}
    search_hint = "Organization, pi_… or ch_… id"
    empty_words = "No payments here."
    columns = (
        Column("Time", payment_cell),
        Column("Organization", organization_cell, narrow="head"),
        Column("State", payment_state_cell, narrow="head"),
        Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), True, "own"),
        Column("Method", method_cell, narrow="end"),
        Column("Reason", lambda row, viewer: reason_words(row) or NOTHING),
        Column("Invoice", invoice_cell),
        Column("Refunded", refunded_cell, number=True),
    )
    chips = (
        Chip("all", "All", all_rows),
        Chip("failed", "Failed 24 h", _failed, (), "No payment failed in the last 24 hours."),
        Chip("needs-customer", "Needs customer", _needs_customer, (), "No payment waits for a customer."),
        Chip("offline", "Offline", _offline),
        Chip("refunded", "Refunded", _with_attempt(amount_refunded__gt=0)),
        Chip("disputed", "Disputed", _with_attempt(disputed=True), (), "No payment is disputed."),
    )
    filters = (BY_ORGANIZATION, Filter("currency", "Currency", "currency"))

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("organization").prefetch_related("attempts")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return self.list_rows(request)

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.startswith("pi_"):
            return rows.filter(stripe_id=term)
        if term.startswith("ch_"):
            return rows.filter(latest_charge_id=term)
        if term.startswith("pay_"):
            return rows.filter(public_id=term)
        return rows.filter(organization__in=organizations_named(Organization.objects.all(), term))

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        paid = invoices_of(rows)
        for row in rows:
            row.paid_invoices = paid.get(row.stripe_id, [])

    def heading(self, obj: Payment, viewer: Viewer) -> Heading:
        self.attach([obj], viewer)
        failure = obj.failure_code if payment_state(obj).word == "Failed" else ""
        reason = decline(failure)
        return Heading(
            f"Payment · {obj.organization}",
            payment_state(obj),
            whose=viewer.link("billing.organization", obj.organization_id, obj.organization),
            identifiers=[stripe_part(obj.stripe_id) if obj.stripe_id else identifier_part(obj.public_id)],
            line=[
                ("Amount", money_part(obj.amount, obj.currency, viewer)),
                ("Received", money_part(obj.amount_received, obj.currency, viewer)),
                ("Refunded", refunded_cell(obj, viewer)),
                ("Invoice", invoice_cell(obj, viewer)),
                ("Method", method_cell(obj, viewer)),
            ],
            notices=[
                *([Notice("bad", f"{reason.words}. {reason.advice}")] if failure else []),
                *open_approvals(REFUND, obj, viewer),
            ],
            verbs=_verbs(obj, viewer),
        )

    def sections(self, obj: Payment, viewer: Viewer) -> list[Section]:
        attempts = sorted(obj.attempts.all(), key=lambda attempt: attempt.created_at, reverse=True)
        refunds = list(obj.refunds.order_by("-created_at")[:50])
        return [
            Rows("Attempts", make_table("Attempts", ATTEMPTS, attempts, viewer), "Nothing was tried yet."),
            Rows("Refunds", make_table("Refunds", REFUNDS, refunds, viewer), "No refund."),
            moments.of_target("payment", obj.stripe_id or obj.public_id, viewer),
            _facts(obj, viewer),
        ]


def _verbs(payment: Payment, viewer: Viewer) -> list[Verb]:
    if not viewer.may(REFUND.permission):
        return []
    try:
        check_refundable(payment)
    except CannotRefund as refusal:
        return [Verb(REFUND.label, why_not=f"{refusal.detail[:1].lower()}{refusal.detail[1:]}")]
    return [Verb(REFUND.label, reverse("admin:billing_payment_refund", args=[payment.pk]))]


def _facts(payment: Payment, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("Time", time_part(payment.created_at, viewer)),
            ("Description", payment.description or NOTHING),
            ("Charge", stripe_part(payment.latest_charge_id)),
            ("Stripe’s word for the state", format_html("<code>{}</code>", payment.status)),
            ("Stripe’s word for the failure", format_html("<code>{}</code>", payment.failure_code or "–")),
        ],
    )


def invoices_of(payments: list[Payment]) -> dict[str | None, list[Invoice]]:
    """By the payment's Stripe id: the invoices that it pays."""
    known = [payment for payment in payments if payment.stripe_id]
    paid: dict[str | None, list[Invoice]] = {}
    pairs: Any = Invoice.objects.filter(invoice_payments__payment__in=known).values_list(
        "invoice_payments__payment", "id", "number", "stripe_id"
    )
    for key, pk, number, stripe_id in pairs:
        paid.setdefault(key, []).append(Invoice(id=pk, number=number, stripe_id=stripe_id))
    return paid
