"""Run a transaction again where the database broke it off for another's sake."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import OperationalError, connection, transaction

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.01

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BROKEN_OFF = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected

logger = structlog.get_logger(__name__)
Result = TypeVar("Result")


def in_transaction(work: Callable[[], Result]) -> Result:
    """What `work` gives, in a transaction that is committed; up to five times where it deadlocks.

    Inside an open transaction it runs once: only the whole of that one could be repeated.
    Raises the last OperationalError.
    """
    attempts = 1 if connection.in_atomic_block else ATTEMPTS
    for attempt in range(1, attempts):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in _BROKEN_OFF:
                raise
            logger.warning("usage_transaction_retried", attempt=attempt)
            time.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
    with transaction.atomic():
        return work()
