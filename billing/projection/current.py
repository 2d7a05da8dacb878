"""The stored snapshots: load and save."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from billing.models import StripeObject
from billing.models.sets import Texts
from billing.projection.writing import write

COLUMNS = [
    "object_type",
    "livemode",
    "api_version",
    "snapshot",
    "event_time",
    "event_type",
    "previous",
    "version",
    "deleted",
    "mirror_due_at",
    "mirror_attempts",
    "updated_at",
]


def load(stripe_ids: Iterable[str]) -> dict[str, StripeObject]:
    return {row.stripe_id: row for row in StripeObject.objects.filter(stripe_id__in=Texts(stripe_ids))}


def save(rows: Sequence[StripeObject]) -> None:
    """Write the rows, counting each write; what is written is due for the mirror."""
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    if rows:
        ordered: list[StripeObject] = sorted(rows, key=lambda row: row.stripe_id)
        write(StripeObject, ordered, key="stripe_id", updated=COLUMNS)
