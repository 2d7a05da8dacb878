"""What the sandbox told, what arrived of it, and what came of that."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from audit.models import AuditEntry
from billing.inbox.registry import handled_types
from billing.models import DeadLetter, SubscriptionChange, WebhookEvent
from billing.models.webhook_event import OPEN
from sandbox.company.calling import Client
from tests.flows.processes import until
from tests.stripe_events import all_events, ask_sandbox

TELLS_A_FACT = {f"customer.subscription.{verb}" for verb in ("created", "updated", "deleted", "paused", "resumed")}


def send_events_to(web: str, sandbox: str) -> None:
    """The sandbox delivers to this server, and again within a moment what was not answered."""
    endpoint = {"url": f"{web}/api/v1/webhooks/stripe", "secret": settings.STRIPE_WEBHOOK_SECRETS[0]}
    ask_sandbox(sandbox, "/_sandbox/endpoints", endpoint)
    ask_sandbox(sandbox, "/_sandbox/deliveries", {"retry_base": 0.1, "retry_cap": 1, "max_attempts": 1000})


def hold_back(sandbox: str) -> None:
    ask_sandbox(sandbox, "/_sandbox/deliveries", {"pause": True})


def let_go(sandbox: str) -> None:
    ask_sandbox(sandbox, "/_sandbox/deliveries", {"pause": False})


def new_customers(sandbox: str, count: int) -> list[str]:
    """Ids of customers that somebody made at Stripe, each with an event."""
    client = Client(sandbox, settings.STRIPE_SECRET_KEY)
    with closing(client):
        return [client.post("customers", name=f"Customer {number}")["id"] for number in range(count)]


def all_delivered(sandbox: str) -> bool:
    """Every delivery was answered with 2xx."""
    return bool(ask_sandbox(sandbox, "/_sandbox/deliveries")["pending"] == 0)


def acknowledged(sandbox: str, events: list[str]) -> set[str]:
    """Those of these events that were answered with 2xx so far."""
    return {event for event in events if any(200 <= (status or 0) < 300 for status in statuses_of(sandbox, event))}


def statuses_of(sandbox: str, event: str) -> list[int | None]:
    """Of each attempt to deliver it, in turn; None where there was no answer."""
    told = ask_sandbox(sandbox, f"/_sandbox/deliveries?event={event}")
    return [attempt["status"] for attempt in told["attempts"]]


def stored() -> dict[str, str]:
    """The state of each event in the inbox, by Stripe's id."""
    return dict(WebhookEvent.objects.values_list("stripe_event_id", "status"))


def everything_arrived(sandbox: str) -> bool:
    """Every event of the sandbox is in the inbox, and none of them waits."""
    here = stored()
    return {event["id"] for event in all_events(sandbox)} == set(here) and not set(here.values()) & set(map(str, OPEN))


def assert_each_has_its_effect_once(sandbox: str) -> None:
    """One entry in the log for each event that has a handler, one fact for each of a subscription; none is dead."""
    events: list[dict[str, Any]] = all_events(sandbox)
    assert set(stored().values()) <= {"processed", "ignored"}
    assert not DeadLetter.objects.exists()
    told = Counter(entry.after["event"] for entry in AuditEntry.objects.filter(actor_kind="stripe"))
    assert told == Counter(event["id"] for event in events if event["type"] in handled_types())
    facts = Counter(SubscriptionChange.objects.values_list("source_id", flat=True))
    assert facts == Counter(event["id"] for event in events if event["type"] in TELLS_A_FACT)


def count_of(query: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.fetchone()[0])


def waiting_for(stripe_id: str) -> int:
    """How many sessions wait for the lock of this object, in the middle of applying events of it."""
    return count_of(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0)",
        stripe_id,
    )


def waiting_for_the_inbox() -> int:
    """How many sessions wait until they may write into its table."""
    return count_of(
        "SELECT count(*) FROM pg_locks WHERE relation = 'billing_webhookevent'::regclass AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )


@contextmanager
def held(database_url: str, stripe_id: str) -> Iterator[None]:
    """The lock of one object, taken by a session of its own: who applies events of the object waits."""
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [stripe_id])
        yield


@contextmanager
def inbox_closed(database_url: str) -> Iterator[None]:
    """Nothing can be stored: every request with an event waits in the middle."""
    with psycopg.connect(database_url) as session:
        session.execute("LOCK TABLE billing_webhookevent IN SHARE MODE")
        yield


def until_everything_arrived(sandbox: str, *, seconds: float = 90) -> None:
    until(lambda: everything_arrived(sandbox), seconds=seconds, what="the end of the inbox")
