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
    "checkout.session": {"open": 0, "complete": 1, "expired": 1},
}


def one_way_rank(object_type: str, status: str | None) -> int:
    return ONE_WAY_RANK.get(object_type, {}).get(status or "", 1)
