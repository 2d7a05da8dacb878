"""Faults on demand: what a network and a busy Stripe do to a client. Kept in memory: a restart forgets them.

A fault is met by `count` requests of its operation, or by each with the chance `rate`, drawn from its `seed` in the
order of the requests. Faults of the kinds that break an answer may come `after` the work was done.
"""

import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random

KINDS = (
    "error_429",
    "lock_timeout",
    "error_500",
    "error_503",
    "slow",
    "timeout",
    "reset",
    "drop_response",
    "truncated",
    "html",
)
ALWAYS_AFTER = ("drop_response", "truncated")
NEVER_AFTER = ("error_429", "lock_timeout", "slow")
LENGTHS = ("right", "wrong")


@dataclass
class Fault:
    """`operation` is "POST /v1/subscriptions/{id}" (as in the table of routes), a path with its id, either of them
    with `*` for anything, or "*". `count` is what is left of it; None where a `rate` (0 to 1) decides."""

    id: str
    operation: str
    kind: str
    count: int | None = 1
    rate: float | None = None
    seed: str = ""
    after: bool = False
    retry_after: int | None = None
    seconds: float = 30.0
    length: str = "wrong"
    met: int = 0
    chance: Random = field(default_factory=Random, repr=False)

    def __post_init__(self) -> None:
        self.chance.seed(f"{self.seed}:{self.id}")

    def shown(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "chance"}

    def concerns(self, operations: tuple[str, ...]) -> bool:
        return any(self.operation == name or fnmatchcase(name, self.operation) for name in operations)

    def strikes(self) -> bool:
        return self.rate is None or self.chance.random() < self.rate


class Faults:
    """The faults still to be met, first matching one first, and those that are spent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._waiting: list[Fault] = []
        self._spent: list[Fault] = []

    def add(self, operation: str, kind: str, **options: object) -> Fault:
        with self._lock:
            self._number += 1
            fault = Fault(f"fault_{self._number}", operation, kind, **options)  # type: ignore[arg-type]
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._number = 0
            self._waiting.clear()
            self._spent.clear()

    def remove(self, fault_id: str) -> bool:
        with self._lock:
            known = [fault for fault in self._waiting if fault.id == fault_id]
            for fault in known:
                self._waiting.remove(fault)
        return bool(known)

    def listed(self) -> dict[str, list[dict[str, object]]]:
        with self._lock:
            return {
                "faults": [fault.shown() for fault in self._waiting],
                "spent": [fault.shown() for fault in self._spent],
            }

    def take(self, *operations: str) -> Fault | None:
        """The first fault for one of these names of an operation, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.concerns(operations) and fault.strikes():
                    self._count_down(fault)
                    return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        fault.met += 1
        if fault.count is None:
            return
        fault.count -= 1
        if fault.count <= 0:
            self._waiting.remove(fault)
            self._spent = [*self._spent, fault][-100:]
