"""One accessor for each field that moves between Stripe's API versions.

Snapshots are plain JSON of the pinned version; everything that reads them asks here for these fields.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Snapshot = Mapping[str, Any]


def moment(unix: int | None) -> datetime | None:
    """Stripe's Unix seconds as an aware UTC time."""
    return None if unix is None else datetime.fromtimestamp(unix, tz=UTC)


def required_moment(unix: int) -> datetime:
    return datetime.fromtimestamp(unix, tz=UTC)


def reference(value: Any) -> str:
    """The id of an expandable field, expanded or not; "" for none."""
    if isinstance(value, Mapping):
        return str(value.get("id") or "")
    return str(value or "")


def rows(value: Any) -> list[Snapshot]:
    """The data of a nested list."""
    return list(value.get("data") or []) if isinstance(value, Mapping) else []


def customer_of(snapshot: Snapshot) -> str:
    if snapshot.get("object") == "customer":
        return str(snapshot["id"])
    return reference(snapshot.get("customer"))


def subscription_items(subscription: Snapshot) -> list[Snapshot]:
    return rows(subscription.get("items"))


def subscription_period(subscription: Snapshot) -> tuple[int | None, int | None]:
    """The earliest period of its items; since 2025-03-31 the subscription itself has none."""
    periods = [
        (item["current_period_start"], item["current_period_end"])
        for item in subscription_items(subscription)
        if item.get("current_period_end")
    ]
    return min(periods, key=lambda period: (period[1], period[0])) if periods else (None, None)


def invoice_subscription(invoice: Snapshot) -> str:
    """Since 2025-03-31 under `parent`."""
    parent = invoice.get("parent") or {}
    return reference((parent.get("subscription_details") or {}).get("subscription"))


def invoice_tax(invoice: Snapshot) -> int:
    """Since 2025-03-31 a list, `total_taxes`; minor units."""
    return sum(int(tax["amount"]) for tax in invoice.get("total_taxes") or [])


def invoice_discount(invoice: Snapshot) -> int:
    return sum(int(discount["amount"]) for discount in invoice.get("total_discount_amounts") or [])


def line_price(line: Snapshot) -> str:
    """Since 2025-03-31 under `pricing.price_details`."""
    details = (line.get("pricing") or {}).get("price_details") or {}
    return reference(details.get("price"))


def line_unit_amount(line: Snapshot) -> str:
    return str((line.get("pricing") or {}).get("unit_amount_decimal") or "")


def line_subscription_item(line: Snapshot) -> str:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return reference(details.get("subscription_item"))


def line_is_proration(line: Snapshot) -> bool:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return bool(details.get("proration"))


def line_tax(line: Snapshot) -> int:
    return sum(int(tax["amount"]) for tax in line.get("taxes") or [])


def line_discount(line: Snapshot) -> int:
    return sum(int(discount["amount"]) for discount in line.get("discount_amounts") or [])


def invoice_payment_target(invoice_payment: Snapshot) -> tuple[str, str]:
    """(payment intent, charge) of an invoice payment."""
    payment = invoice_payment.get("payment") or {}
    return reference(payment.get("payment_intent")), reference(payment.get("charge"))


def discount_coupon(discount: Any) -> Snapshot | None:
    """Since 2025-09-30 under `source`."""
    if not isinstance(discount, Mapping):
        return None
    coupon = (discount.get("source") or {}).get("coupon") or discount.get("coupon")
    return coupon if isinstance(coupon, Mapping) else None


def payment_failure(payment_intent: Snapshot) -> tuple[str, str]:
    """(decline code or error code, message) of the last failed try."""
    error = payment_intent.get("last_payment_error") or {}
    return str(error.get("decline_code") or error.get("code") or ""), str(error.get("message") or "")


def card_of(payment_method_details: Any) -> Snapshot:
    return (payment_method_details or {}).get("card") or {}
