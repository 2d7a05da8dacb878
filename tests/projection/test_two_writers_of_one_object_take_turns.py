"""One writer per object until the transaction ends, and no pair of writers that waits for each other for ever.
Row X07."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from billing.models import Organization, StripeObject
from billing.projection.apply import apply, lock
from tests.projection.seen import sighting, stored
from tests.projection.snapshots import START, customer

pytestmark = pytest.mark.usefixtures("committing")

CUSTOMERS = [f"cus_{number}" for number in range(8)]
WRITERS, ROUNDS = 4, 6


def locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'"
            " AND pid = pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def test_the_lock_ends_with_the_transaction() -> None:
    with transaction.atomic():
        lock(["cus_1", "cus_2", "cus_1"])
        assert locks() == 2
        lock([])
        assert locks() == 2
    assert locks() == 0


def free_for_another(stripe_id: str) -> bool:
    """Whether another session could take the object's lock now."""

    def attempt() -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [stripe_id])
                return bool(cursor.fetchone()[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(attempt).result(timeout=30)


def test_applying_holds_the_locks_of_what_it_writes_and_of_nothing_else() -> None:
    with transaction.atomic():
        apply([sighting(customer("cus_1"))])
        assert not free_for_another("cus_1")
        assert free_for_another("cus_2")
    assert free_for_another("cus_1")


def write(writer: int) -> None:
    """Apply the same objects again and again, each time in another order and with later content."""
    order = random.Random(writer)
    try:
        for turn in range(ROUNDS):
            time = START + turn * WRITERS + writer
            shown = [customer(one, name=f"{time - START:03d}") for one in order.sample(CUSTOMERS, len(CUSTOMERS))]
            with transaction.atomic():
                apply([sighting(one, time) for one in shown])
    finally:
        connection.close()


def test_writers_of_the_same_objects_neither_stop_each_other_nor_go_back() -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result(timeout=120)
    last = f"{WRITERS * ROUNDS - 1:03d}"
    assert set(Organization.objects.values_list("name", flat=True)) == {last}
    assert Organization.objects.count() == StripeObject.objects.count() == len(CUSTOMERS)


def test_what_failed_halfway_left_nothing() -> None:
    class Interrupted(Exception):
        pass

    def interrupted(snapshot: Any) -> None:
        with transaction.atomic():
            apply([sighting(snapshot, START + 1)])
            raise Interrupted

    apply([sighting(customer(name="Before"))])
    with pytest.raises(Interrupted):
        interrupted(customer(name="Halfway"))
    assert Organization.objects.get().name == "Before"
    assert stored("cus_1").snapshot["name"] == "Before"
