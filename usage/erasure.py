"""Of an erased customer's usage the quantities stay, which invoices were made of; what else was sent goes."""

from collections import Counter

from django.db import connection

from billing.services.erasure.steps import BATCH, Counts, Subject, step
from usage.models import UsageEvent

ERASED_SOURCE = "erased"


@step
def forget_usage_data(subject: Subject, dry: bool) -> Counts:
    """`data`, `source` and `event_id` are the sender's own words. Events are append-only: a function of the owner's
    does it, and can do nothing else."""
    due = UsageEvent.objects.filter(organization_id=subject.pk).exclude(source=ERASED_SOURCE)
    if dry:
        return Counter({"usage_usageevent": due.count()})
    done = 0
    while count := _forget(subject.pk):
        done += count
    return Counter({"usage_usageevent": done})


def _forget(organization_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT usage_forget_event_data(%s, %s)", [organization_id, BATCH])
        return int(cursor.fetchone()[0])
