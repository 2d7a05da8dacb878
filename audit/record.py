"""Write to the log, in the transaction of the change.

An entry is settled when it is recorded (actor, request, time, values) and gets its place in the chain when the
transaction ends. `flush` writes what waits at once, for those who read the log in the transaction that fills it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from audit.actions import action_named
from audit.canonical import canonical
from audit.context import Context, current
from audit.database.base import DatabaseWrapper, Unwritten
from audit.metrics import count_after_commit
from audit.personal import divided, set_aside, without_secrets

Changes = Mapping[str, Any]
INSTALLATION = 0
"""The chain of what concerns no organization; an organization's chain has its primary key as number."""
VERSION = 1


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

    Values of personal fields, the reason and the address lie beside the chain and can be erased; secrets are left
    out. Raises CannotRecord outside a transaction, UnknownAction for an action without a label and TypeError for
    values that are not JSON.
    """
    record_all([Entry(action, target, organization_id, before or {}, after or {}, reason)])


def record_all(entries: Iterable[Entry]) -> None:
    """Append entries in their order; all of a transaction are written by one statement."""
    connection = _connection()
    if not connection.in_atomic_block:
        raise CannotRecord("Audit entries are written in the transaction of the change; open one first.")
    context, now, savepoints = current(), timezone.now(), frozenset(connection.savepoint_ids)
    written = [(entry.action, _unwritten(entry, context, now, savepoints)) for entry in entries]
    connection.unwritten += [unwritten for _, unwritten in written]
    count_after_commit(action for action, _ in written)
    if connection.is_at_outermost:
        connection.write_entries()


def flush() -> None:
    """Write what was recorded so far, so that it can be read in the same transaction."""
    _connection().write_entries()


def _connection() -> DatabaseWrapper:
    return cast(DatabaseWrapper, transaction.get_connection())


def _unwritten(entry: Entry, context: Context, now: datetime, savepoints: frozenset[str]) -> Unwritten:
    before, before_aside = divided(entry.before)
    after, after_aside = divided(entry.after)
    aside = set_aside(
        {
            "before": before_aside,
            "after": after_aside,
            "reason": without_secrets(entry.reason),
            "ip": context.ip_address,
        }
    )
    body = {
        "v": VERSION,
        "action": action_named(entry.action).name,
        "actor": context.actor.as_json(),
        "target": {"type": entry.target[0], "id": entry.target[1]},
        "before": before,
        "after": after,
        "request_id": context.request_id,
        "source": context.source,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **({"personal": aside.commitment} if aside else {}),
    }
    return Unwritten(
        savepoints,
        chain=INSTALLATION if entry.organization_id is None else entry.organization_id,
        body=canonical(body).decode(),
        key=aside.key if aside else None,
        details=aside.content.decode() if aside else None,
    )
