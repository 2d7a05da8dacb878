"""Ask Stripe for subscriptions that seem to stand still: a webhook was lost, or never sent."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from audit.record import record
from billing.gateway.errors import Refused, StripeFault
from billing.jobs import Run
from billing.models import StripeObject, Subscription
from billing.services.read_back import apply_one, refetched

BATCH = 100
SHOWN = ("status", "current_period_end", "cancel_at_period_end", "ended_at")
"""What the log compares; the rest is in the row."""

logger = structlog.get_logger(__name__)


def resync_stale(run: Run, *, now: datetime) -> int:
    """Read the stale ones again, by key, from where the last run came to; returns how many changed.

    A subscription that Stripe refuses to show holds up no other. Raises a StripeFault where Stripe is busy or silent:
    the next run goes on from there.
    """
    after, seen, changed = run.progress.get("after", 0), 0, 0
    while rows := list(Subscription.objects.stale(now=now).filter(pk__gt=after).order_by("pk")[:BATCH]):
        for row in rows:
            changed += _resync(row)
            seen, after = seen + 1, row.pk
            run.renew({"after": after}, {"seen": seen, "changed": changed})
    return changed


def _resync(row: Subscription) -> bool:
    """Whether it had changed. One that is gone at Stripe is kept as deleted, as `settle` says."""
    try:
        answer = refetched("subscription", row.stripe_id)
    except Refused as fault:
        logger.warning("subscription_not_resynced", subscription=row.stripe_id, code=fault.code)
        return False
    except StripeFault:
        logger.warning("resync_stopped", subscription=row.stripe_id)
        raise
    with transaction.atomic():
        apply_one(answer)
        StripeObject.objects.filter(stripe_id=row.stripe_id).update(fetched_at=timezone.now())
        return _log(row, gone=answer.snapshot is None)


def _log(before: Subscription, *, gone: bool) -> bool:
    was = _shown(before)
    is_ = {"status": "gone"} if gone else _shown(Subscription.objects.get(pk=before.pk))
    if was == is_:
        return False
    record(
        "subscription.resynced",
        target=("subscription", before.stripe_id),
        organization_id=before.organization_id,
        before=was,
        after=is_,
    )
    return True


def _shown(row: Subscription) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value := getattr(row, name), datetime) else value for name in SHOWN}
