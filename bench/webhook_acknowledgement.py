"""How fast a signed event of 4 KB is stored and answered, against a view that does nothing and dj-stripe's own."""

import itertools
import json
import time
from typing import Any

import stripe
from django.conf import settings

from bench.client import Load, run
from bench.delivery import delivery
from bench.djstripe_endpoint import known_endpoint
from bench.installation import KEY
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale

EVENT_BYTES = 4096
CUSTOMERS = 20
_numbers = itertools.count(1)


def measure(base: str, scale: Scale) -> list[Result]:
    """With one connection for the times of a single delivery, with eight for what the server takes."""
    customers = [_customer(number) for number in range(CUSTOMERS)]
    return [_measure(base, scale, customers, connections) for connections in (1, 8)]


def _measure(base: str, scale: Scale, customers: list[dict[str, Any]], connections: int) -> Result:
    ours, theirs = f"{base}/api/v1/webhooks/stripe", f"{base}{_djstripe_path()}"
    few = max(scale.requests // 10, 10)

    def load(url: str, count: int) -> Load:
        return run(url, [_delivery(url, customers[number % CUSTOMERS]) for number in range(count)], connections)

    figures = in_turns(
        scale.rounds,
        {
            "no-op POST": lambda _: load(f"{base}/bench/no-op", scale.requests),
            "webhook": lambda _: load(ours, scale.requests),
            "dj-stripe's webhook": lambda _: load(theirs, few),
        },
    )
    limit, own, peer = figures["no-op POST"], figures["webhook"], figures["dj-stripe's webhook"]
    ratios = [
        Ratio("p50 / no-op", own.p50 / limit.p50, at_most=2.5),
        Ratio("p95 / no-op", own.p95 / limit.p95, at_most=2.5),
        Ratio("p99 in ms", own.p99, at_most=10 if connections == 1 else None),
        Ratio("dj-stripe's p50 / ours", peer.p50 / own.p50, at_least=10 if connections == 1 else None),
        Ratio("requests a second / dj-stripe's", own.per_second / peer.per_second, at_least=10),
        Ratio("errors", own.errors + limit.errors + peer.errors, at_most=0),
    ]
    return Result(f"webhook-ack, {connections} connection(s)", list(figures.values()), ratios)


def _customer(number: int) -> dict[str, Any]:
    """One that the sandbox has: dj-stripe asks for it again with every event."""
    client = stripe.StripeClient(KEY, base_addresses={"api": settings.STRIPE_API_BASE})
    made = client.v1.customers.create({"name": f"Customer {number}", "email": f"c{number}@example.com"})
    return dict(json.loads(str(made)))


def _djstripe_path() -> str:
    return f"/bench/djstripe/webhook/{known_endpoint().djstripe_uuid}"


def _delivery(url: str, customer: dict[str, Any]) -> bytes:
    """A new event about the customer, signed now."""
    number = next(_numbers)
    event: dict[str, Any] = {
        "id": f"evt_bench{number:012d}",
        "object": "event",
        "api_version": settings.STRIPE_API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "customer.updated",
        "data": {"object": {**customer, "description": ""}, "previous_attributes": {"name": "Before"}},
    }
    event["data"]["object"]["description"] = "x" * (EVENT_BYTES - len(json.dumps(event)))
    return delivery(url, event)
