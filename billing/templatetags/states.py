"""The state of each thing as a word, a tone and a shape: never colour alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from billing.models import (
    ApiKey,
    Approval,
    DeadLetter,
    Discrepancy,
    Invoice,
    Payment,
    ReconciliationRun,
    StripeCommand,
    Subscription,
    WebhookEvent,
)
from billing.templatetags.formats import date_text


class Tone(StrEnum):
    """The value is the shape that goes with the colour."""

    INFO = "i"
    GOOD = "✓"
    CARE = "!"
    BAD = "✕"
    QUIET = "–"


@dataclass(frozen=True, slots=True)
class State:
    """`stripe` is Stripe's own word, for small print; empty for what is ours."""

    word: str
    tone: Tone
    stripe: str = ""


SUBSCRIPTION = {
    "trialing": ("Trial", Tone.INFO),
    "active": ("Active", Tone.GOOD),
    "past_due": ("Past due", Tone.CARE),
    "unpaid": ("Unpaid", Tone.BAD),
    "paused": ("Paused", Tone.QUIET),
    "canceled": ("Cancelled", Tone.QUIET),
    "incomplete": ("Incomplete", Tone.CARE),
    "incomplete_expired": ("Never started", Tone.QUIET),
}
INVOICE = {
    "draft": ("Draft", Tone.QUIET),
    "open": ("Open", Tone.INFO),
    "paid": ("Paid", Tone.GOOD),
    "void": ("Void", Tone.QUIET),
    "uncollectible": ("Uncollectible", Tone.BAD),
}
PAYMENT = {
    "succeeded": ("Succeeded", Tone.GOOD),
    "processing": ("Processing", Tone.INFO),
    "requires_capture": ("Processing", Tone.INFO),
    "requires_action": ("Needs customer", Tone.CARE),
    "requires_confirmation": ("Needs customer", Tone.CARE),
    "requires_payment_method": ("Needs customer", Tone.CARE),
    "canceled": ("Cancelled", Tone.QUIET),
}
ATTEMPT = {
    "pending": ("Processing", Tone.INFO),
    "succeeded": ("Succeeded", Tone.GOOD),
    "failed": ("Failed", Tone.BAD),
}
REFUND = {
    "pending": ("Processing", Tone.INFO),
    "requires_action": ("Needs customer", Tone.CARE),
    "succeeded": ("Succeeded", Tone.GOOD),
    "failed": ("Failed", Tone.BAD),
    "canceled": ("Cancelled", Tone.QUIET),
}
EVENT = {
    "received": ("Received", Tone.INFO),
    "processing": ("Processing", Tone.INFO),
    "processed": ("Processed", Tone.GOOD),
    "ignored": ("Ignored", Tone.QUIET),
    "failed": ("Retrying", Tone.CARE),
    "dead": ("Dead", Tone.BAD),
    "quarantined": ("Quarantined", Tone.BAD),
}
LETTER = {
    "open": ("Dead", Tone.BAD),
    "replayed": ("Replayed", Tone.GOOD),
    "discarded": ("Discarded", Tone.QUIET),
}
DISCREPANCY = {
    "open": ("Open", Tone.CARE),
    "healed": ("Healed", Tone.GOOD),
    "resolved": ("Resolved", Tone.GOOD),
    "ignored": ("Ignored", Tone.QUIET),
}
RUN = {
    "asked": ("Waiting", Tone.INFO),
    "running": ("Running", Tone.INFO),
    "done": ("Done", Tone.GOOD),
}
COMMAND = {
    "pending": ("Pending", Tone.INFO),
    "done": ("Done", Tone.GOOD),
    "failed": ("Failed", Tone.BAD),
    "unknown": ("Unknown", Tone.CARE),
}
APPROVAL = {
    "asked": ("Waiting", Tone.INFO),
    "approved": ("Approved", Tone.INFO),
    "declined": ("Declined", Tone.QUIET),
    "expired": ("Expired", Tone.QUIET),
    "executed": ("Done", Tone.GOOD),
    "failed": ("Failed", Tone.BAD),
}


def _listed(table: dict[str, tuple[str, Tone]], status: str, *, stripe: bool = True) -> State:
    word, tone = table.get(status, (status.replace("_", " ").capitalize(), Tone.QUIET))
    return State(word, tone, status if stripe else "")


def subscription_state(subscription: Subscription, zone: ZoneInfo, locale: str) -> State:
    """A pause and a cancellation to come say more than Stripe's status, which stays "active" under both."""
    if subscription.status in ("active", "trialing", "past_due"):
        if subscription.pause_behavior:
            return State("Paused", Tone.QUIET, subscription.status)
        ends = subscription.cancel_at or (
            subscription.current_period_end if subscription.cancel_at_period_end else None
        )
        if ends is not None and subscription.status != "past_due":
            return State(f"Ends {date_text(ends, zone, locale)}", Tone.CARE, subscription.status)
    return _listed(SUBSCRIPTION, subscription.status)


def invoice_state(invoice: Invoice, now: datetime) -> State:
    if invoice.is_past_due(at=now):
        return State("Past due", Tone.CARE, invoice.status)
    return _listed(INVOICE, invoice.status)


def payment_state(payment: Payment) -> State:
    """Reads `payment.attempts`, which the caller has prefetched: refunds and disputes are known there."""
    attempts = list(payment.attempts.all())
    if any(attempt.disputed for attempt in attempts):
        return State("Disputed", Tone.BAD, payment.status)
    refunded = sum(attempt.amount_refunded for attempt in attempts)
    if payment.status == "succeeded" and refunded:
        whole = refunded >= payment.amount_received
        return State("Refunded" if whole else "Partly refunded", Tone.QUIET, payment.status)
    if payment.status == "requires_payment_method" and payment.failure_code:
        return State("Failed", Tone.BAD, payment.status)
    return _listed(PAYMENT, payment.status)


def event_state(event: WebhookEvent) -> State:
    return _listed(EVENT, event.status, stripe=False)


def letter_state(letter: DeadLetter, now: datetime) -> State:
    if letter.status == "open" and letter.snoozed_until is not None and letter.snoozed_until > now:
        return State("Put off", Tone.CARE)
    return _listed(LETTER, letter.status, stripe=False)


def discrepancy_state(discrepancy: Discrepancy) -> State:
    return _listed(DISCREPANCY, discrepancy.status, stripe=False)


def run_state(run: ReconciliationRun) -> State:
    return _listed(RUN, run.status, stripe=False)


def command_state(command: StripeCommand) -> State:
    return _listed(COMMAND, command.status, stripe=False)


def api_key_state(key: ApiKey, now: datetime) -> State:
    """Reads `key.organization` and the successor, which the caller has joined."""
    if key.revoked_at is not None:
        return State("Revoked", Tone.QUIET)
    if key.organization is not None and key.organization.deleted_at is not None:
        return State("Organization deleted", Tone.QUIET)
    if key.expires_at is not None and key.expires_at <= now:
        return State("Ended", Tone.QUIET)
    if key.successor is not None:
        return State("Being replaced", Tone.CARE)
    return State("Usable", Tone.GOOD)


def approval_state(approval: Approval, now: datetime) -> State:
    """One whose time is over has expired, whether the sweep has seen it or not."""
    overdue = approval.status == "asked" and not approval.is_open(now=now)
    return _listed(APPROVAL, "expired" if overdue else approval.status, stripe=False)


def attempt_state(attempt: Any) -> State:
    return _listed(ATTEMPT, attempt.status)


def refund_state(refund: Any) -> State:
    return _listed(REFUND, refund.status)
