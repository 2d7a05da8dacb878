"""Sums of invoices, a line a currency: totals never add currencies."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from billing.domain.states import InvoiceStatus
from billing.models import Invoice

FAILED = Q(attempt_count__gt=0)


@dataclass(frozen=True, slots=True)
class Total:
    """`amount` is what is still due, in minor units."""

    currency: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Due:
    """Invoices that are issued and not paid; `failed` are those among them whose collection was tried."""

    open: list[Total]
    failed: list[Total]


def due() -> Due:
    """One query for both."""
    rows = Invoice.objects.filter(status=InvoiceStatus.OPEN).order_by("currency").values_list("currency")
    found = rows.annotate(
        count=Count("id"),
        amount=Sum("amount_remaining"),
        failed_count=Count("id", filter=FAILED),
        failed_amount=Sum("amount_remaining", filter=FAILED),
    )
    opened, failed = [], []
    for currency, count, amount, failed_count, failed_amount in found:
        opened.append(Total(currency, count, amount))
        if failed_count:
            failed.append(Total(currency, failed_count, failed_amount))
    return Due(opened, failed)
