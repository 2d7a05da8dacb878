"""Idempotency keys, as Stripe documents them.

The first answer under a key, 500s included, is given again for 24 hours of the sandbox's clock. Nothing is kept
for answers given before the work began: malformed parameters, 401, 429, and a key that is in use.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.errors import StripeError
from sandbox.store import Store

KEPT_SECONDS = 86_400


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join((method.encode(), path.encode(), body)), digest_size=16).digest()


class KeysInUse:
    """Keys whose first request is still being answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def hold(self, key: str | None) -> Iterator[None]:
        """Raises Stripe's 409 where another request holds the key."""
        if not key:
            yield
            return
        with self._lock:
            if key in self._keys:
                raise in_use(key)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


def in_use(key: str) -> StripeError:
    return StripeError(
        409,
        "idempotency_error",
        f"There is currently another in-progress request using this Idempotent Key: {key}.",
        code="idempotency_key_in_use",
    )


def recall(store: Store, key: str, mark: bytes, now: int) -> tuple[int, bytes] | None:
    """The stored (status, body), or None for a new key; raises where the parameters differ."""
    row = store.db.execute(
        "SELECT fingerprint, status, body, created FROM idempotency WHERE key = ?", (key,)
    ).fetchone()
    if row is None or row[3] + KEPT_SECONDS <= now:
        return None
    if row[0] != mark:
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with."
            f" Try using a key other than '{key}' if you meant to execute a different request.",
        )
    return row[1], row[2]


def remember(store: Store, key: str, mark: bytes, now: int, status: int, body: bytes) -> None:
    store.db.execute(
        "INSERT OR REPLACE INTO idempotency (key, fingerprint, status, body, created) VALUES (?,?,?,?,?)",
        (key, mark, status, body, now),
    )
