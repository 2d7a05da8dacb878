"""What the log costs: a change with its entry against the same change without, and how fast all is read again."""

import os
import time
from collections.abc import Callable
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from audit.record import Entry, record, record_all
from audit.verification.keeping import parameters
from audit.verification.run import verify
from bench.client import Load
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale
from billing.models import Organization, StripeCommand

BATCH = 100
FULL = 10_000_000
SECONDS = 120
"""The whole log of FULL entries must be read in this time."""


def measure(base: str, scale: Scale) -> list[Result]:
    return [_writing(scale), _verifying(scale)]


def _writing(scale: Scale) -> Result:
    organization = Organization.objects.create(name="Audited", email="a@example.com", stripe_customer_id="cus_audit")

    def entry(number: int) -> Entry:
        target = ("subscription", f"sub_{number:014d}")
        return Entry(
            "subscription.updated", target, organization.pk, {"status": "active"}, {"status": "past_due"}, "why"
        )

    def one(number: int) -> None:
        record_all([entry(number)])

    def many(number: int) -> None:
        record_all([entry(number + place) for place in range(BATCH)])

    def change(number: int) -> None:
        _change(organization.pk)

    def audited(number: int) -> None:
        _change(organization.pk)
        record_all([entry(number)])

    works: dict[str, Callable[[int], None]] = {
        "a change without its entry": change,
        "the same with its entry": audited,
        "an entry alone": one,
        f"{BATCH} entries at once": many,
    }
    times = {work: scale.requests if work is not many else max(scale.requests // 10, 10) for work in works.values()}
    figures = in_turns(
        scale.rounds, {name: lambda _, work=work: _run(work, times[work]) for name, work in works.items()}
    )
    without, with_entry, _, batches = figures.values()
    ratios = [
        Ratio("changes a second, with entries / without", with_entry.per_second / without.per_second, at_least=0.6),
        Ratio("added at p95, milliseconds", with_entry.p95 - without.p95, at_most=2.0),
        Ratio(f"entries a second, {BATCH} a transaction", batches.per_second * BATCH, at_least=2000),
    ]
    return Result("audit log, one writer", list(figures.values()), ratios)


def _change(organization: int) -> None:
    """What a verb of the product does to the database before it calls Stripe."""
    row = Organization.objects.select_for_update().get(pk=organization)
    row.name = f"Audited {time.monotonic_ns()}"
    row.save(update_fields=["name"])
    StripeCommand.objects.create(
        organization_id=organization,
        operation="subscriptions.update",
        parameters={"id": "sub_1"},
        idempotency_key=os.urandom(16).hex(),
        actor_kind="system",
        actor_id="system",
        created_at=timezone.now(),
    )


def _run(work: Callable[[int], None], times: int) -> Load:
    load, began = Load(), time.perf_counter()
    for number in range(times):
        started = time.perf_counter()
        with transaction.atomic():
            work(number)
        load.times.append(time.perf_counter() - started)
    load.seconds = time.perf_counter() - began
    return load


def _verifying(scale: Scale) -> Result:
    """All entries, by two processes; most of them in one chain, the rest in many short ones."""
    _fill(scale.entries)
    seconds, entries = [], 0
    for _ in range(scale.rounds):
        began = time.perf_counter()
        outcome = verify(parameters(), processes=2)
        seconds.append(time.perf_counter() - began)
        entries = outcome.entries
        if not outcome.intact:
            raise RuntimeError(f"The log that was just written is broken: {outcome.faults}")
    rate = entries / median(seconds)
    ratios = [
        Ratio("entries", entries),
        Ratio("entries a second", rate, at_least=FULL / SECONDS if entries >= FULL // 10 else None),
        Ratio(f"seconds for {FULL}, extrapolated", FULL / rate, at_most=SECONDS if entries >= FULL // 10 else None),
    ]
    return Result("audit log, verification", [], ratios)


def _fill(entries: int) -> None:
    """Through the function of the chain, from one entry that the product makes itself."""
    with transaction.atomic():
        record("invoice.updated", target=("invoice", "in_1"), organization_id=1, after={"status": "open", "amount": 1})
        [waiting] = connection.unwritten  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for first in range(0, entries, 10_000):
            count = min(10_000, entries - first)
            chains = [1 if number % 10 else first + number for number in range(count)]
            cursor.execute(
                "SELECT audit_append(%s::bigint[], array_fill(%s::text, ARRAY[%s]), array_fill(NULL::bytea, ARRAY[%s]),"
                " array_fill(NULL::text, ARRAY[%s]))",
                [[1 + chain % 5000 if chain > 1 else 1 for chain in chains], waiting.body, count, count, count],
            )
        cursor.execute("ANALYZE audit_auditentry")
