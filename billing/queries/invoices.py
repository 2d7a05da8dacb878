"""Sums of invoices, a line a currency: totals never add currencies."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from billing.domain.states import InvoiceStatus
from billing.models import Invoice
from billing.models.invoice import InvoiceQuerySet


@dataclass(frozen=True, slots=True)
class Total:
    """`amount` is what is still due, in minor units."""

    currency: str
    count: int
    amount: int


def open_totals() -> list[Total]:
    """Issued and not paid yet."""
    return _totals(Invoice.objects.filter(status=InvoiceStatus.OPEN))


def failed_totals() -> list[Total]:
    """Open although collection was tried."""
    return _totals(Invoice.objects.failed())


def _totals(invoices: InvoiceQuerySet) -> list[Total]:
    rows = invoices.values("currency").annotate(count=Count("id"), amount=Sum("amount_remaining")).order_by("currency")
    return [Total(row["currency"], row["count"], row["amount"]) for row in rows]
