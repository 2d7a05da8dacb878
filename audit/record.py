"""Write to the log, in the transaction of the change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from audit.actions import action_named
from audit.context import current
from audit.metrics import count_after_commit, errors_total
from audit.models import AuditEntry

Changes = Mapping[str, Any]


class CannotRecord(RuntimeError):
    """There is no open transaction: the entry could outlive, or miss, the change that it tells of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to what. `target` is (type, id), e.g. ("subscription", "sub_1"); values are JSON."""

    action: str
    target: tuple[str, str]
    organization_id: int | None
    before: Changes = field(default_factory=dict)
    after: Changes = field(default_factory=dict)
    reason: str = ""


def record(
    action: str,
    *,
    target: tuple[str, str],
    organization_id: int | None,
    before: Changes | None = None,
    after: Changes | None = None,
    reason: str = "",
) -> None:
    """Append one entry; actor, request and address come from `audit.context`.

    Raises CannotRecord outside a transaction and UnknownAction for an action without a label.
    """
    record_all([Entry(action, target, organization_id, before or {}, after or {}, reason)])


def record_all(entries: Iterable[Entry]) -> None:
    """Append entries in one statement, in their order."""
    if not transaction.get_connection().in_atomic_block:
        raise CannotRecord("Audit entries are written in the transaction of the change; open one first.")
    written = list(entries)
    try:
        AuditEntry.objects.bulk_create(_rows(written))
    except DatabaseError:
        errors_total.inc()
        raise
    count_after_commit(entry.action for entry in written)


def _rows(entries: Iterable[Entry]) -> list[AuditEntry]:
    context, now = current(), timezone.now()
    return [
        AuditEntry(
            organization_id=entry.organization_id,
            action=action_named(entry.action).name,
            actor_kind=context.actor.kind,
            actor_id=context.actor.id,
            target_type=entry.target[0],
            target_id=entry.target[1],
            before=dict(entry.before),
            after=dict(entry.after),
            reason=entry.reason,
            request_id=context.request_id,
            ip_address=context.ip_address,
            source=context.source,
            created_at=now,
        )
        for entry in entries
    ]
