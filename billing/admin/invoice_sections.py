"""One invoice: lines, sums, attempts, and what the log says of it. Read only: Stripe owns it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.html import format_html

from billing.admin import moments
from billing.admin.columns import Column, make_table
from billing.admin.sections import Facts, Heading, Notice, Rows, Section
from billing.admin.stripe_links import stripe_part
from billing.admin.tables import PAYMENTS, period_cell
from billing.domain.money import exponent
from billing.models import Invoice, InvoiceLine, Payment
from billing.templatetags.parts import NOTHING, date_part, money_part, number_part, time_part
from billing.templatetags.states import invoice_state
from billing.templatetags.viewer import Viewer

REASONS = {
    "subscription_create": "Start of the subscription",
    "subscription_cycle": "Renewal",
    "subscription_update": "Change of the subscription",
    "subscription_threshold": "Usage reached a threshold",
    "manual": "Made by hand",
}


def each_cell(line: InvoiceLine, viewer: Viewer) -> object:
    """The unit price; fractions of a minor unit are written out."""
    try:
        unit = Decimal(line.unit_amount_decimal)
    except InvalidOperation:
        return NOTHING
    if unit == unit.to_integral_value():
        return money_part(int(unit), line.currency, viewer)
    major = unit.scaleb(-exponent(line.currency)).normalize()
    return format_html("{} {}", line.currency.upper(), f"{major:f}")


LINES = (
    Column("What", lambda row, viewer: row.description or "–"),
    Column("Period", lambda row, viewer: line_period(row, viewer), narrow="head"),
    Column("Quantity", lambda row, viewer: number_part(row.quantity, viewer), number=True),
    Column("Each", each_cell, number=True),
    Column("Discount", lambda row, viewer: _less(row.discount, row.currency, viewer), number=True),
    Column("Tax", lambda row, viewer: money_part(row.tax, row.currency, viewer), number=True),
    Column("Amount", lambda row, viewer: money_part(row.amount, row.currency, viewer), number=True, narrow="own"),
)


def line_period(line: Any, viewer: Viewer) -> object:
    """A proration has exact times: that is what was billed. Other lines have dates."""
    if line.proration and line.period_start and line.period_end:
        first, last = time_part(line.period_start, viewer), time_part(line.period_end, viewer)
        return format_html("{} – {}", first, last)
    line.current_period_start, line.current_period_end = line.period_start, line.period_end
    return period_cell(line, viewer)


def _less(amount: int, currency: str, viewer: Viewer) -> object:
    return money_part(-amount, currency, viewer) if amount else NOTHING


def heading(invoice: Invoice, viewer: Viewer) -> Heading:
    return Heading(
        f"{invoice.number or 'Draft invoice'} · {invoice.organization}",
        invoice_state(invoice, viewer.now),
        whose=viewer.link("billing.organization", invoice.organization_id, invoice.organization),
        identifiers=[stripe_part(invoice.stripe_id)],
        line=[
            ("Total", money_part(invoice.total, invoice.currency, viewer)),
            ("Paid", money_part(invoice.amount_paid, invoice.currency, viewer)),
            ("Still due", money_part(invoice.amount_remaining, invoice.currency, viewer)),
            ("Issued", date_part(invoice.issued_at, viewer)),
        ],
        notices=_notices(invoice, viewer),
    )


def _notices(invoice: Invoice, viewer: Viewer) -> list[Notice]:
    if not invoice.is_past_due(at=viewer.now):
        return []
    if invoice.next_payment_attempt:
        next_try = time_part(invoice.next_payment_attempt, viewer)
        return [Notice("care", format_html("Collecting it failed. Stripe tries again on {}.", next_try))]
    return [Notice("care", "Collecting it failed, and no further try is planned.")]


def sections(invoice: Invoice, viewer: Viewer) -> list[Section]:
    return [
        _lines(invoice, viewer),
        _payments(invoice, viewer),
        moments.of_target("invoice", invoice.stripe_id, viewer),
        _facts(invoice, viewer),
    ]


def _lines(invoice: Invoice, viewer: Viewer) -> Rows:
    lines: list[Any] = list(invoice.lines.all())
    for line in lines:
        line.organization = invoice.organization
    return Rows("Lines", make_table("Lines", LINES, lines, viewer), "No lines.", totals=_totals(invoice, viewer))


def _totals(invoice: Invoice, viewer: Viewer) -> list[tuple[str, object]]:
    """From the sum of the lines to what is due, each step that changes it."""

    def part(amount: int) -> object:
        return money_part(amount, invoice.currency, viewer)

    steps: list[tuple[str, object]] = [("Subtotal", part(invoice.subtotal))]
    if invoice.discount:
        steps.append(("Discount", part(-invoice.discount)))
    steps += [("Tax", part(invoice.tax)), ("Total", part(invoice.total))]
    if invoice.amount_due != invoice.total:
        steps.append(("From balance", part(invoice.amount_due - invoice.total)))
    steps.append(("Due", part(invoice.amount_due)))
    if invoice.amount_paid:
        steps.append(("Paid", part(-invoice.amount_paid)))
    return [*steps, ("Still due", part(invoice.amount_remaining))]


def _payments(invoice: Invoice, viewer: Viewer) -> Rows:
    found = Payment.objects.filter(invoice_payments__invoice=invoice).prefetch_related("attempts").distinct()
    payments = list(found.order_by("-created_at", "-id")[:20])
    tried = invoice.attempt_count and invoice.status == "open"
    empty = f"Stripe tried {invoice.attempt_count} times; it says by which payment once one succeeds." if tried else ""
    return Rows("Payments", make_table("Payments", PAYMENTS, payments, viewer), empty or "No payment yet.")


def _why(invoice: Invoice) -> object:
    return REASONS.get(invoice.billing_reason, invoice.billing_reason.replace("_", " ").capitalize()) or NOTHING


def _facts(invoice: Invoice, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("Why", _why(invoice)),
            (
                "Subscription",
                viewer.link("billing.subscription", invoice.subscription_id, invoice.subscription_id or "–"),
            ),
            ("Collection", invoice.collection_method.replace("_", " ").capitalize()),
            ("Due", time_part(invoice.due_at, viewer)),
            ("Paid", time_part(invoice.paid_at, viewer)),
            ("Voided", time_part(invoice.voided_at, viewer)),
            ("Attempts", number_part(invoice.attempt_count, viewer)),
            ("Stripe’s word for the state", format_html("<code>{}</code>", invoice.status)),
        ],
    )
