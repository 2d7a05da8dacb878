"""How tests make and send events, and the oracle that counts them again."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from billing.models import Organization
from usage.domain.quantity import EXACT
from usage.ingest.outcome import Outcome
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.models import UsageBucket, UsageEvent

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
BATCH = "application/cloudevents-batch+json"


def event(id: object = "1", value: Any = 1, time: str | None = "2026-03-15T12:00:00Z", **more: Any) -> dict[str, Any]:
    """One event as a client writes it; `time` None leaves it out, more keys replace or add."""
    made = {
        "specversion": "1.0",
        "id": str(id),
        "source": "tests",
        "type": "api_call",
        "data": {"value": value},
        **({} if time is None else {"time": time}),
        **more,
    }
    return {key: value for key, value in made.items() if value is not ...}


def raw(events: Iterable[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(one).encode() for one in events]


def count(organization: Organization | None, *events: dict[str, Any], now: datetime = NOW) -> Outcome:
    return receive(raw(events), sender=Sender(organization), now=now)


def tally(outcome: Outcome) -> tuple[int, int, list[tuple[int, str]]]:
    return outcome.accepted, outcome.duplicates, [(one.index, one.code) for one in outcome.rejected]


def recounted() -> dict[tuple[int, int, datetime], tuple[Decimal, int]]:
    """The rollup as it must be: every event added up here, one by one."""
    sums: defaultdict[Any, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    for one in UsageEvent.objects.all():
        key = (one.organization_id, one.meter_id, one.time.replace(minute=0, second=0, microsecond=0))
        total, number = sums[key]
        sums[key] = EXACT.add(total, one.value), number + 1
    return dict(sums)


def rolled_up() -> dict[tuple[int, int, datetime], tuple[Decimal, int]]:
    return {(one.organization_id, one.meter_id, one.hour): (one.total, one.count) for one in UsageBucket.objects.all()}


def send(
    body: bytes | str | list[Any] | dict[str, Any], key: str, media_type: str = BATCH, **headers: str
) -> HttpResponse:
    """POST usage/events, whatever the body."""
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    given = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Client().post("/api/v1/usage/events", content, content_type=media_type, headers=given)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run these in threads of their own that start together; gives their results, raises the first error."""
    barrier, results, errors = threading.Barrier(len(works)), [None] * len(works), []

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[place] = work()
        except BaseException as error:
            errors.append(error)
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if errors:
        raise errors[0]
    return results
