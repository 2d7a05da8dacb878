"""How fast the typed rows are made again from the stored snapshots, beside the least that any way would cost (reading
and decoding the snapshots) and the plain way (each object projected and saved by itself)."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from bench.client import Load
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale
from billing.models import StripeObject
from billing.projection.apply import lock, project, resolve
from billing.projection.rebuild import rebuild_projection
from tests.projection import snapshots
from tests.projection.payments import charge, invoice_payment, payment_intent

PAGE = 500
OF_A_CUSTOMER = 8
"""Objects: itself, a card, a subscription, two invoices, a payment, a charge, an invoice payment."""


def measure(base: str, scale: Scale) -> list[Result]:
    """In this process, on one session; a "request" is an object, and its time its part of its page's."""
    count = _fill(scale.objects)
    alone = max(count // 20, OF_A_CUSTOMER)
    contestants: dict[str, Callable[[int], Load]] = {
        "snapshots read and decoded": lambda _: _timed(count, _read),
        "rebuild_projection": lambda _: _timed(count, _rebuild),
        "each object by itself": lambda _: _timed(alone, lambda: _one_by_one(alone)),
    }
    figures = in_turns(scale.rounds, contestants)
    read, rebuilt, single = figures.values()
    gate = 1000 if scale.objects >= 8000 else None
    ratios = [
        Ratio("objects", count),
        Ratio("objects a second", rebuilt.per_second, at_least=gate),
        Ratio("rebuild / read and decode alone, objects a second", rebuilt.per_second / read.per_second),
        Ratio(
            "rebuild / each by itself, objects a second",
            rebuilt.per_second / single.per_second,
            at_least=3 if gate else None,
        ),
    ]
    return [Result("typed rows from the snapshots, one session", list(figures.values()), ratios)]


def _timed(count: int, work: Callable[[], object]) -> Load:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    return Load(times=[seconds / count] * count, statuses={200: count}, seconds=seconds)


def _read() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT snapshot::text FROM billing_stripeobject ORDER BY id")
        while rows := cursor.fetchmany(PAGE):
            for (text,) in rows:
                json.loads(text)


def _rebuild() -> None:
    rebuild_projection(restart=True)


def _one_by_one(count: int) -> None:
    for row in StripeObject.objects.order_by("id")[:count]:
        with transaction.atomic():
            lock([row.stripe_id])
            projectables, _ = resolve([row])
            project(projectables, {row.stripe_id: row.object_type})


def _fill(objects: int) -> int:
    rows = [_row(snapshot) for number in range(objects // OF_A_CUSTOMER) for snapshot in _customer(number)]
    rows += [_row(snapshots.product()), _row(snapshots.price())]
    StripeObject.objects.bulk_create(rows, batch_size=PAGE, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE billing_stripeobject")
    return len(rows)


def _row(snapshot: dict[str, Any]) -> StripeObject:
    return StripeObject(
        stripe_id=snapshot["id"], object_type=snapshot["object"], api_version="", snapshot=snapshot, mirror_due_at=None
    )


def _customer(number: int) -> Iterator[dict[str, Any]]:
    customer, subscription = f"cus_b{number}", f"sub_b{number}"
    whose = {"customer": customer}
    yield snapshots.customer(customer, name=f"Company {number}")
    yield snapshots.payment_method(f"pm_b{number}", **whose)
    yield snapshots.subscription(subscription, items=[snapshots.item(f"si_b{number}")], **whose)
    for place in range(2):
        lines = [snapshots.line(f"il_b{number}_{place}_{line}") for line in range(3)]
        yield snapshots.invoice(f"in_b{number}_{place}", lines=lines, **whose)
    yield payment_intent(f"pi_b{number}", **whose)
    yield charge(f"ch_b{number}", payment_intent=f"pi_b{number}", **whose)
    yield invoice_payment(f"inpay_b{number}", invoice=f"in_b{number}_0")
