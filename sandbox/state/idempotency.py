"""Idempotency keys, as Stripe documents them.

The first answer under a key, 500s included, is given again for 24 hours of the sandbox's clock. Nothing is kept
for answers given before the work began: malformed parameters, 401, 403, 429, and a key that is in use.
"""

import hashlib
from dataclasses import dataclass

from sandbox.jsons import sorted_dumps
from sandbox.protocol.errors import StripeError
from sandbox.state.store import Store

KEPT_SECONDS = 86_400
MAX_LENGTH = 255


@dataclass(frozen=True)
class Asked:
    """A request under a key: its operation and parameters, whatever their order."""

    key: str
    path: str
    mark: bytes


@dataclass(frozen=True)
class Answered:
    """The first answer: its status, body and the id of its request."""

    status: int
    body: bytes
    request_id: str


def asked(key: str, path: str, given: object) -> Asked:
    return Asked(key, path, hashlib.blake2b(sorted_dumps(given), digest_size=16).digest())


def recall(store: Store, wanted: Asked, now: int) -> Answered | None:
    """The stored answer, or None for a new key; raises where the operation or the parameters differ."""
    row = store.db.execute(
        "SELECT path, mark, created, status, body, request FROM answers WHERE key = ?", (wanted.key,)
    ).fetchone()
    if row is None or row[2] + KEPT_SECONDS <= now:
        return None
    if row[0] != wanted.path:
        raise _misused(wanted.key, f"for the same endpoint they were first used for ('{wanted.path}' vs '{row[0]}')")
    if row[1] != wanted.mark:
        raise _misused(wanted.key, "with the same parameters they were first used with")
    return Answered(*row[3:])


def _misused(key: str, rule: str) -> StripeError:
    return StripeError(
        400,
        "idempotency_error",
        f"Keys for idempotent requests can only be used {rule}. Try using a key other than '{key}' if you meant to"
        " execute a different request.",
    )


def remember(store: Store, wanted: Asked, now: int, answer: Answered) -> None:
    """Keeps the answer, and forgets what is older than a day."""
    store.db.execute("DELETE FROM answers WHERE created <= ?", (now - KEPT_SECONDS,))
    store.db.execute(
        "INSERT OR REPLACE INTO answers (key, path, mark, created, status, body, request) VALUES (?,?,?,?,?,?,?)",
        (wanted.key, wanted.path, wanted.mark, now, answer.status, answer.body, answer.request_id),
    )
