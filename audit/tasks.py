"""Scheduled work: the log is anchored and verified each day."""

import structlog
from celery import shared_task
from django.utils import timezone

from audit.anchoring.anchor import anchor_now, is_configured
from audit.verification.keeping import verify_and_keep

logger = structlog.get_logger(__name__)


@shared_task(name="audit.anchor_log")
def anchor_log() -> None:
    if not is_configured():
        logger.warning("audit_not_anchored", hint="Set AUDIT_SIGNING_KEY and AUDIT_ANCHOR_URL.")
        return
    anchor_now(now=timezone.now())


@shared_task(name="audit.verify_log")
def verify_log() -> bool:
    """In this process alone: a worker's process may not start others."""
    outcome = verify_and_keep()
    for fault in outcome.faults:
        logger.error("audit_log_broken", chain=fault.chain, sequence=fault.sequence, why=fault.why)
    return outcome.intact
