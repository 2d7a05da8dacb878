"""What handlers want done, gathered over a batch of events and written in a few statements at its end."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from audit.record import Entry, record_all
from billing.enqueue import enqueue


@dataclass(slots=True)
class Effects:
    """Gathered in the batch's transaction: either all of it is committed or nothing.

    Effects are keyed by the object, not by the delivery: rows carry a unique key, and inserting one that is
    there already does nothing."""

    entries: list[Entry] = field(default_factory=list)
    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=lambda: defaultdict(list))
    doorbells: dict[str, dict[str, Any]] = field(default_factory=dict)

    def audit(self, entry: Entry) -> None:
        self.entries.append(entry)

    def insert(self, row: models.Model) -> None:
        """Add the row unless one with its unique key exists."""
        self.rows[type(row)].append(row)

    def enqueue(self, task: str) -> None:
        """Ring a worker's doorbell once after the commit, however many handlers ask."""
        self.doorbells[task] = {}

    def write(self) -> None:
        for model, rows in self.rows.items():
            model._default_manager.bulk_create(rows, ignore_conflicts=True)
        if self.entries:
            record_all(self.entries)
        for task, arguments in self.doorbells.items():
            enqueue(task, **arguments)
