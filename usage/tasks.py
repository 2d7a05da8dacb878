"""Scheduled work."""

from datetime import timedelta

import structlog
from celery import shared_task
from django.utils import timezone
from prometheus_client import Counter

from usage.aggregate import rollup_differences
from usage.domain.windows import Window

CHECKED = timedelta(days=2)

logger = structlog.get_logger(__name__)
wrong_buckets = Counter("usage_rollup_differences_total", "Rollup buckets that a recount of raw events found wrong")


@shared_task(name="usage.check_rollup")
def check_rollup() -> int:
    """Recount the last two days. Rollup and events are written together, so a difference is a fault: it is
    counted and logged, and left for `rollup_usage` to set right once somebody has looked."""
    now = timezone.now()
    found = 0
    for day, differences in rollup_differences(Window(now - CHECKED, now), repair=False):
        found += len(differences)
        if differences:
            logger.error("usage_rollup_differs", day=day.start.isoformat(), buckets=len(differences))
    wrong_buckets.inc(found)
    return found
