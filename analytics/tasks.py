"""The worker's and the scheduler's ways in."""

from celery import shared_task
from django.utils import timezone

from analytics.ledger.check import check_all
from analytics.ledger.due import fold_due


@shared_task(name="analytics.fold_ledger")
def fold_ledger() -> None:
    """Rung after facts were recorded, and every minute for doorbells that nobody heard."""
    fold_due(now=timezone.now())


@shared_task(name="analytics.check_ledger")
def check_ledger() -> None:
    """Nightly: compute everything afresh and correct what differs."""
    check_all(correcting=True)
