"""One way to ask Stripe: pinned API version, time-outs, our own idempotency keys, counted requests.

Answers are the JSON exactly as Stripe sent it, so that what an API answer and an event say of one object can be
compared.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import stripe
from django.conf import settings
from django.db import transaction
from prometheus_client import Counter, Histogram

from billing.gateway import pace
from billing.gateway.errors import Busy, OpenTransaction, StripeFault, Unknown, Unreachable, translate
from billing.gateway.transport import BoundedClient

Json = dict[str, Any]
T = TypeVar("T")

requests_total = Counter("stripe_requests_total", "Requests to Stripe", ["operation", "outcome"])
api_errors_total = Counter("stripe_api_errors_total", "Requests that Stripe did not carry out")
request_seconds = Histogram("stripe_request_duration_seconds", "Duration of requests to Stripe", ["operation"])


TOO_MANY = 429
READ_TRIES = 4
"""Of a read in bulk that Stripe is too busy for."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0
"""Where Stripe wants more, the work is left to the next run."""


@cache
def _client(timeout: int) -> stripe.StripeClient:
    """Without the SDK's own retries: it makes new random keys, and we keep ours."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=BoundedClient(timeout),
        max_network_retries=0,
    )


def ask(
    method: str,
    path: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    operation: str,
    idempotency_key: str = "",
    bulk: bool = False,
    watch: bool = False,
) -> Json:
    """Ask Stripe and return its JSON.

    `bulk` is for scheduled work: it has the longer time-out, waits for its turn behind what somebody waits for, and
    reads again, a few times, what Stripe was too busy for. Without it the answer comes, or a fault is raised, within
    STRIPE_TIMEOUT_SECONDS. A request that only `watch`es opens no breaker by its silence. Raises the faults of
    `billing.gateway.errors`, and OpenTransaction where the caller holds a database transaction.
    """
    options = {"idempotency_key": idempotency_key} if idempotency_key else {}
    words = {**(parameters or {}), **options}
    return _tried(_Request(method, path, words, operation, bulk, watch, _object_of), READ_TRIES if bulk else 1)


def read(path: str, parameters: Mapping[str, Any], *, operation: str, decode: Callable[[str], T]) -> T:
    """A GET in bulk whose body `decode` reads, which raises ValueError where it cannot; else as `ask`."""
    return _tried(_Request("get", path, dict(parameters), operation, True, False, decode), READ_TRIES)


def _tried(request: "_Request[T]", tries: int) -> T:
    """Only what is read is tried again."""
    refuse_open_transaction()
    for tried in range(1, tries if request.method == "get" else 1):
        try:
            return request.send()
        except Unreachable:
            raise
        except Busy as fault:
            pause = _pause(tried, fault.retry_after)
            if pause > LONGEST_PAUSE_SECONDS:
                raise
            pace.sleep(pause)
    return request.send()


def _pause(tried: int, retry_after: float) -> float:
    """Doubled with each try and spread over its upper half, but never before Stripe said."""
    own: float = FIRST_PAUSE_SECONDS * 2 ** (tried - 1)
    return max(own / 2 + own / 2 * random.random(), retry_after)  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class _Request(Generic[T]):
    method: str
    path: str
    words: dict[str, Any]
    operation: str
    bulk: bool
    watch: bool
    decode: Callable[[str], T]

    def send(self) -> T:
        try:
            turn = pace.enter(bulk=self.bulk)
        except Unreachable as fault:
            raise _counted(self.operation, fault) from None
        try:
            answer = self._answer()
        except Unknown:
            if turn.probe or not self.watch:
                pace.failed(turn)
            raise
        except StripeFault as fault:
            pace.answered(turn)
            if fault.status == TOO_MANY and fault.code != "lock_timeout":  # that is of one object, not of the pace
                pace.slow_down(fault.retry_after)
            raise
        pace.answered(turn)
        return answer

    def _answer(self) -> T:
        client = _client(settings.STRIPE_BULK_TIMEOUT_SECONDS if self.bulk else settings.STRIPE_TIMEOUT_SECONDS)
        with request_seconds.labels(self.operation).time():
            try:
                answer = client.raw_request(self.method, self.path, **self.words)
            except stripe.StripeError as error:
                raise _counted(self.operation, translate(error)) from error
            except (AttributeError, UnicodeDecodeError) as error:  # the SDK's, over what a gateway in between answered
                raise _counted(self.operation, _unreadable()) from error
        try:
            decoded = self.decode(answer.body)
        except ValueError:
            raise _counted(self.operation, _unreadable()) from None
        requests_total.labels(self.operation, "done").inc()
        return decoded


def _counted(operation: str, fault: StripeFault) -> StripeFault:
    requests_total.labels(operation, type(fault).__name__.lower()).inc()
    api_errors_total.inc()
    return fault


def _object_of(body: str) -> Json:
    decoded = json.loads(body)
    if not isinstance(decoded, dict):
        raise ValueError("Stripe's answers are objects.")
    return decoded


def _unreadable() -> Unknown:
    return Unknown("Stripe's answer could not be read.", code="unreadable_answer")


def refuse_open_transaction() -> None:
    """Transactions that a test case wraps around everything do not count."""
    blocks = transaction.get_connection().atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise OpenTransaction("Commit first: nothing calls Stripe inside an open transaction.")
