"""Faults on demand: what a network and a busy Stripe do to a client. Kept in memory: a restart forgets them.

A fault is met by `count` requests of its operation, or by each with the chance `rate`, drawn from its `seed` in the
order of the requests. Faults of the kinds that break an answer may come `after` the work was done.
"""

import threading

from sandbox.faults.fault import Fault


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
