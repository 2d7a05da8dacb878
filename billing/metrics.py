"""State as numbers for Prometheus: what waits, for how long, and what nobody will try again by itself.

Counters live where the thing happens; these are read from the tables when somebody asks, in one statement over
small partial indexes, so that they are right whichever process answers.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from billing.models.reconciliation import DiscrepancyKind

_STATE = """
SELECT
    (SELECT count(*) FROM billing_webhookevent WHERE status = 'received'),
    (SELECT count(*) FROM billing_webhookevent WHERE status = 'failed'),
    (SELECT count(*) FROM billing_webhookevent WHERE status = 'dead'),
    (SELECT count(*) FROM billing_webhookevent WHERE status = 'quarantined'),
    (SELECT coalesce(extract(epoch FROM %(now)s - min(next_retry_at)), 0) FROM billing_webhookevent
      WHERE status IN ('received', 'failed', 'processing') AND next_retry_at <= %(now)s),
    (SELECT count(*) FROM billing_stripecommand WHERE status IN ('pending', 'unknown')),
    (SELECT count(*) FROM billing_stripeobject WHERE mirror_due_at <= %(now)s),
    (SELECT count(*) FROM billing_stripepace WHERE open_until IS NOT NULL),
    (SELECT coalesce(jsonb_object_agg(kind, rows), '{}')::text FROM (
        SELECT kind, count(*) AS rows FROM billing_discrepancy WHERE status = 'open' GROUP BY kind) AS kinds),
    -- Of an object that differs in several amounts the largest difference counts
    (SELECT coalesce(jsonb_object_agg(currency, amount), '{}')::text FROM (
        SELECT currency, sum(most) AS amount FROM (
            SELECT currency, stripe_id, max(amount) AS most FROM billing_discrepancy
            WHERE status = 'open' AND currency <> '' GROUP BY currency, stripe_id) AS objects
        GROUP BY currency) AS money)
"""


class BillingState(Collector):
    """The gauges as of `now`. Without a database only `database_up` is left, and it is 0."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(_STATE, {"now": self.now})
                *numbers, kinds, money = cursor.fetchone()
        except DatabaseError:
            yield GaugeMetricFamily("database_up", "Whether the database answered", value=0)
            return
        yield GaugeMetricFamily("database_up", "Whether the database answered", value=1)
        yield from _gauges(*(float(number) for number in numbers))
        yield from _discrepancies(kinds, money)


def _gauges(
    received: float,
    failed: float,
    dead: float,
    quarantined: float,
    oldest: float,
    commands: float,
    mirror: float,
    circuit: float,
) -> Iterator[Metric]:
    events = GaugeMetricFamily("webhook_inbox_events", "Stored events that are not done", labels=["status"])
    for status, count in (("received", received), ("failed", failed), ("dead", dead), ("quarantined", quarantined)):
        events.add_metric([status], count)
    yield events
    yield GaugeMetricFamily("webhook_dead_letter_queue_size", "Events given up after their last retry", value=dead)
    yield GaugeMetricFamily(
        "webhook_inbox_oldest_due_seconds", "How long the oldest due event has waited, in seconds", value=oldest
    )
    yield GaugeMetricFamily("stripe_commands_unfinished", "Writes to Stripe without a known outcome", value=commands)
    yield GaugeMetricFamily("stripe_mirror_due", "Objects that dj-stripe has not been given yet", value=mirror)
    yield GaugeMetricFamily("stripe_circuit_open", "Whether the circuit breaker to Stripe is open", value=circuit)


def _discrepancies(kinds: str, money: str) -> Iterator[Metric]:
    """Of each kind, also where there is none: an alert compares with 0."""
    counted = GaugeMetricFamily("reconciliation_discrepancies", "Open differences from Stripe", labels=["kind"])
    for kind, rows in {**dict.fromkeys(DiscrepancyKind.values, 0), **json.loads(kinds)}.items():
        counted.add_metric([kind], rows)
    yield counted
    amounts = GaugeMetricFamily(
        "reconciliation_discrepancy_amount", "Money in open differences from Stripe, minor units", labels=["currency"]
    )
    for currency, amount in json.loads(money).items():
        amounts.add_metric([currency], amount)
    yield amounts
