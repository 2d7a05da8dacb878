"""How much is written to the log."""

from collections import Counter as Tally
from collections.abc import Iterable

from django.db import transaction
from prometheus_client import Counter

entries_total = Counter("billing_audit_log_entries_total", "Entries of the audit log", ["action"])
errors_total = Counter("billing_audit_log_errors_total", "Entries that could not be written; their change was undone")


def count_after_commit(actions: Iterable[str]) -> None:
    """Count the entries once they are there: a transaction that is rolled back wrote none."""
    tally = Tally(actions)
    transaction.on_commit(lambda: _count(tally), robust=True)  # no partial: Django asks for its name where it fails


def _count(tally: Tally[str]) -> None:
    for action, number in tally.items():
        entries_total.labels(action).inc(number)
