"""What waits for a decision."""

from datetime import datetime

from django.db.models import Count, Sum

from billing.models import Approval
from billing.queries.invoices import Total


def open_totals(now: datetime, *, but_of: str) -> list[Total]:
    """Open approvals by currency, without those that this person asked for."""
    rows = Approval.objects.open(now=now).exclude(asked_by_id=but_of)
    found = rows.values("currency").annotate(count=Count("id"), money=Sum("amount")).order_by("currency")
    return [Total(row["currency"], row["count"], row["money"]) for row in found]
