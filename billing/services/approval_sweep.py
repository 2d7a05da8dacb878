"""What time and Stripe do to approvals: they expire, and they end as their command ends."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from billing.models import Approval
from billing.models.approval import ApprovalStatus
from billing.models.stripe_command import CommandStatus
from billing.services.approval_log import note

BATCH = 100


def sweep(*, now: datetime) -> int:
    """Expire those that nobody decided in time, and settle those whose command has an outcome; returns how many. Once
    more than a batch is due, the next tick goes on."""
    return _expire_due(now) + _settle_finished()


@transaction.atomic
def _expire_due(now: datetime) -> int:
    due = Approval.objects.overdue(now=now).select_for_update(skip_locked=True).order_by("expires_at", "id")[:BATCH]
    return sum(expire(row) for row in due)


def _settle_finished() -> int:
    finished = Approval.objects.filter(
        status=ApprovalStatus.APPROVED, command__status__in=(CommandStatus.DONE, CommandStatus.FAILED)
    )
    return sum(settle(row) for row in finished.order_by("decided_at", "id")[:BATCH])


def expire(row: Approval) -> bool:
    """In the caller's transaction. An approval whose time is over cannot be decided, swept or not."""
    expired = row.step(ApprovalStatus.EXPIRED)
    if expired:
        note(row, "expired")
    return expired


@transaction.atomic
def settle(approval: Approval) -> bool:
    """End it as its command ended: once, whoever is first of request and sweep."""
    row = Approval.objects.select_for_update(of=("self",)).select_related("command").get(pk=approval.pk)
    command = row.command
    if row.status != ApprovalStatus.APPROVED or command is None:
        return False
    if command.status == CommandStatus.DONE:
        at = command.finished_at or timezone.now()
        row.step(ApprovalStatus.EXECUTED, executed_at=at, outcome=command.result_id)
        note(row, "executed", result=command.result_id)
        return True
    if command.status == CommandStatus.FAILED:
        cause = command.decline_code or command.error_code or "stripe_refused"
        row.step(ApprovalStatus.FAILED, outcome=cause)
        note(row, "failed", cause=cause)
        return True
    return False
