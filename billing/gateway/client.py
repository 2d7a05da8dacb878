"""One way to ask Stripe: pinned API version, time-outs, our own idempotency keys, counted requests.

Answers are the JSON exactly as Stripe sent it, so that what an API answer and an event say of one object can be
compared.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from prometheus_client import Counter, Histogram

from billing.gateway.errors import OpenTransaction, StripeFault, Unknown, translate

Json = dict[str, Any]

requests_total = Counter("stripe_requests_total", "Requests to Stripe", ["operation", "outcome"])
api_errors_total = Counter("stripe_api_errors_total", "Requests that Stripe did not carry out")
request_seconds = Histogram("stripe_request_duration_seconds", "Duration of requests to Stripe", ["operation"])


@cache
def _client(timeout: int) -> stripe.StripeClient:
    """Without the SDK's own retries: it makes new random keys, and we keep ours."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=timeout),
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
) -> Json:
    """Send one request and return Stripe's JSON.

    `bulk` takes the longer time-out of scheduled work. Raises the faults of `billing.gateway.errors`, and
    OpenTransaction where the caller holds a database transaction.
    """
    refuse_open_transaction()
    options = {"idempotency_key": idempotency_key} if idempotency_key else {}
    client = _client(settings.STRIPE_BULK_TIMEOUT_SECONDS if bulk else settings.STRIPE_TIMEOUT_SECONDS)
    with request_seconds.labels(operation).time():
        try:
            answer = client.raw_request(method, path, **dict(parameters or {}), **options)
        except stripe.StripeError as error:
            raise _counted(operation, translate(error)) from error
        except (AttributeError, UnicodeDecodeError) as error:  # the SDK's, over what a gateway in between answered
            raise _counted(operation, _unreadable()) from error
    decoded = _decoded(operation, answer.body)
    requests_total.labels(operation, "done").inc()
    return decoded


def _counted(operation: str, fault: StripeFault) -> StripeFault:
    requests_total.labels(operation, type(fault).__name__.lower()).inc()
    api_errors_total.inc()
    return fault


def _decoded(operation: str, body: str) -> Json:
    try:
        decoded = json.loads(body)
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise _counted(operation, _unreadable())
    return decoded


def _unreadable() -> Unknown:
    return Unknown("Stripe's answer could not be read.", code="unreadable_answer")


def refuse_open_transaction() -> None:
    """Transactions that a test case wraps around everything do not count."""
    blocks = transaction.get_connection().atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise OpenTransaction("Commit first: nothing calls Stripe inside an open transaction.")
