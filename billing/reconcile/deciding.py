"""What a person does about a difference that no run could heal."""

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.record import record
from billing.models import Discrepancy, User
from billing.models.reconciliation import DiscrepancyStatus
from billing.services.errors import Cannot


class CannotDecide(Cannot):
    """The difference is closed."""

    code = "cannot_decide_discrepancy"


def take(*, discrepancy: Discrepancy, owner: User, by: Actor) -> Discrepancy:
    """Make somebody responsible. Raises CannotDecide."""
    with acting(by), transaction.atomic():
        row = _open(discrepancy)
        row.owner = owner
        row.save(update_fields=["owner"])
        _log("discrepancy.taken", row, "")
    return row


def settle(*, discrepancy: Discrepancy, ignore: bool, reason: str, by: Actor) -> Discrepancy:
    """Close it: it was set right elsewhere, or it is right as it is (`ignore`). Found again, it is open again.

    Raises CannotDecide.
    """
    with acting(by), transaction.atomic():
        row = _open(discrepancy)
        row.status = DiscrepancyStatus.IGNORED if ignore else DiscrepancyStatus.RESOLVED
        row.resolved_by_id, row.resolved_at, row.note = by.id, timezone.now(), reason
        row.save(update_fields=["status", "resolved_by_id", "resolved_at", "note"])
        _log("discrepancy.settled", row, reason)
    return row


def _open(discrepancy: Discrepancy) -> Discrepancy:
    row = Discrepancy.objects.select_for_update(of=("self",)).get(pk=discrepancy.pk)
    if row.status != DiscrepancyStatus.OPEN:
        raise CannotDecide(f"It is {row.status}; there is nothing left to decide.")
    return row


def _log(action: str, row: Discrepancy, reason: str) -> None:
    record(
        action,
        target=(row.object_type, row.stripe_id),
        organization_id=row.organization_id,
        after={"kind": row.kind, "field": row.field, "amount": row.amount, "status": row.status},
        reason=reason,
    )
