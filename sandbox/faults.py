"""Faults on demand: what a network and a busy Stripe do to a client."""

import threading
import time
from dataclasses import dataclass

from sandbox.errors import StripeError
from sandbox.wire import Response

KINDS = ("error_429", "error_500", "timeout", "slow", "drop_response", "reset")


@dataclass
class Fault:
    """`operation` is "POST /v1/subscriptions/{id}" (as in the table of routes), a path with its id, or "*"."""

    operation: str
    kind: str
    count: int
    retry_after: int | None
    seconds: float


class Faults:
    """The faults still to be met, first matching one first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def listed(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def take(self, *operations: str) -> Fault | None:
        """The first fault for one of these names of an operation, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.operation in ("*", *operations):
                    fault.count -= 1
                    if fault.count <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None


def before(fault: Fault | None) -> Response | None:
    """What the fault does before the work: an error, a wait, or the end of the connection."""
    if fault is None or fault.kind == "drop_response":
        return None
    if fault.kind == "error_429":
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        raise StripeError(
            429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit", headers=headers
        )
    if fault.kind == "error_500":
        raise StripeError(500, "api_error", "An unknown error occurred (an injected fault).", keeps_effects=True)
    if fault.kind in ("timeout", "slow"):
        time.sleep(fault.seconds)
    if fault.kind in ("timeout", "reset"):
        return Response(500, break_connection="reset" if fault.kind == "reset" else "close")
    return None
