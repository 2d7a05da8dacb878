"""What the log says of approvals: each step once, each refused try once a person and cause."""

from typing import Any

from audit.actor import Actor
from audit.models import AuditEntry
from audit.record import record
from billing.models import Approval
from billing.services.errors import Cannot

REFUSED = "approval.refused"


def note(approval: Approval, step: str, *, reason: str = "", **more: Any) -> None:
    """The step as an entry, in the transaction of the step."""
    after = {
        "verb": approval.verb,
        "about": f"{approval.target_type} {approval.target_id}",
        "amount": approval.amount,
        "currency": approval.currency,
        **more,
    }
    record(
        f"approval.{step}",
        target=("approval", approval.public_id),
        organization_id=approval.organization_id,
        after=after,
        reason=reason,
    )


def note_refusal(approval: Approval, refusal: Cannot, by: Actor) -> None:
    """A try that was refused and changed nothing. Whoever tries again and again fills no log."""
    tries = AuditEntry.objects.filter(
        action=REFUSED, target_type="approval", target_id=approval.public_id, actor_kind=by.kind, actor_id=by.id
    )
    if not any(entry.after.get("cause") == refusal.code for entry in tries):
        note(approval, "refused", cause=refusal.code)
