"""Scheduled and woken work; each is one call."""

from contextlib import suppress
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from billing.inbox.backfill import backfill
from billing.inbox.mirror_queue import mirror_due
from billing.inbox.process import process_due
from billing.inbox.sweep import sweep_on_schedule
from billing.jobs import AlreadyRunning, running, slot_of
from billing.jobs import forget_old as forget_old_runs
from billing.limits.on_postgresql import forget_old as forget_old_counts
from billing.reconcile.asking import reconcile_in_slot, resume_reconciliation
from billing.services.approval_sweep import sweep
from billing.services.from_stripe.rebuild import rebuild_from_stripe as rebuild_all
from billing.services.idempotency import forget_old
from billing.services.resuming import resume_due
from billing.services.resync import resync_stale

MINUTE, QUARTER, HALF_HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(minutes=30)
MIRROR_SLICE_SECONDS = 50  # a little less than the minute between two ticks


@shared_task(name="billing.process_webhooks")
def process_webhooks() -> None:
    process_due()


@shared_task(name="billing.sweep_webhooks")
def sweep_webhooks() -> None:
    sweep_on_schedule(slot=slot_of(timezone.now(), MINUTE))


@shared_task(name="billing.backfill_events")
def backfill_events() -> None:
    now = timezone.now()
    with suppress(AlreadyRunning):
        backfill(now=now, slot=slot_of(now, QUARTER))


@shared_task(name="billing.rebuild_from_stripe")
def rebuild_from_stripe() -> None:
    """Rung by the backfill where events were lost for good, until it was done."""
    with suppress(AlreadyRunning):
        rebuild_all()


@shared_task(name="billing.mirror_objects")
def mirror_objects() -> None:
    mirror_due(seconds=MIRROR_SLICE_SECONDS)


@shared_task(name="billing.resume_commands")
def resume_commands() -> None:
    with suppress(AlreadyRunning), running("resume_commands", slot=slot_of(timezone.now(), MINUTE)) as run:
        resume_due(renew=run.renew)


@shared_task(name="billing.sync_stale_subscriptions")
def sync_stale_subscriptions() -> None:
    now = timezone.now()
    with suppress(AlreadyRunning), running("sync_stale_subscriptions", slot=slot_of(now, HALF_HOUR)) as run:
        resync_stale(run, now=now)


@shared_task(name="billing.sweep_approvals")
def sweep_approvals() -> None:
    sweep(now=timezone.now())


@shared_task(name="billing.forget_idempotency_keys")
def forget_idempotency_keys() -> None:
    forget_old(now=timezone.now())


@shared_task(name="billing.forget_rate_limits")
def forget_rate_limits() -> None:
    forget_old_counts(now=timezone.now())


@shared_task(name="billing.forget_job_runs")
def forget_job_runs() -> None:
    forget_old_runs(now=timezone.now())


@shared_task(name="billing.reconcile_now")
def reconcile() -> None:
    """What somebody asked for, or what was interrupted."""
    resume_reconciliation()


@shared_task(name="billing.reconcile_daily")
def reconcile_daily() -> None:
    reconcile_in_slot(now=timezone.now())
