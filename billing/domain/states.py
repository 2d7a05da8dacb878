"""Statuses and what may be done in each. Stripe's words (https://docs.stripe.com/api/subscriptions/object)."""

from enum import StrEnum


class SubscriptionStatus(StrEnum):
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class PaymentStatus(StrEnum):
    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class CreditNoteStatus(StrEnum):
    ISSUED = "issued"
    VOID = "void"


class DisputeStatus(StrEnum):
    """Those with "warning" are questions of the bank; no money was taken."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


class PayoutStatus(StrEnum):
    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    CANCELED = "canceled"
    FAILED = "failed"


ENDED = frozenset({SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED})
LIVE = frozenset(SubscriptionStatus) - ENDED
SERVED = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})


def may_change_plan(status: str) -> bool:
    """An incomplete subscription has an unpaid first invoice; Stripe refuses to change its items."""
    return status in SERVED


def may_cancel(status: str) -> bool:
    return status in LIVE


def may_cancel_at_period_end(status: str) -> bool:
    """Without a paid period there is no end to wait for: such subscriptions are cancelled at once."""
    return status in SERVED


# How far an object is on its one-way road; used to order two snapshots of the same second.
ONE_WAY_RANK: dict[str, dict[str, int]] = {
    "invoice": {"draft": 0, "open": 1, "uncollectible": 2, "paid": 3, "void": 3},
    "payment_intent": {
        "requires_payment_method": 0,
        "requires_confirmation": 0,
        "requires_action": 0,
        "processing": 1,
        "requires_capture": 1,
        "succeeded": 2,
        "canceled": 2,
    },
    "charge": {"pending": 0, "succeeded": 1, "failed": 1},
    "refund": {"pending": 0, "requires_action": 0, "succeeded": 1, "failed": 2, "canceled": 2},
    "invoice_payment": {"open": 0, "paid": 1, "canceled": 1},
    "subscription": {"incomplete": 0, "canceled": 2, "incomplete_expired": 2},
    "credit_note": {"issued": 0, "void": 1},
    "dispute": {
        "warning_needs_response": 0,
        "warning_under_review": 1,
        "warning_closed": 2,
        "needs_response": 2,
        "under_review": 3,
        "won": 4,
        "lost": 4,
        "prevented": 4,
    },
    "balance_transaction": {"pending": 0, "available": 1},
    # A bank may send back what had seemed to arrive
    "payout": {"pending": 0, "in_transit": 1, "canceled": 2, "paid": 2, "failed": 3},
    "checkout.session": {"open": 0, "complete": 1, "expired": 1},
}


def one_way_rank(object_type: str, status: str | None) -> int:
    return ONE_WAY_RANK.get(object_type, {}).get(status or "", 1)
