"""A writer that looked before the mark, and commits after it, would bring back what was just erased."""

import threading

import pytest
from django.db import connection, connections, transaction

from audit.actor import SYSTEM
from billing.models import Organization, StripeObject
from billing.projection.apply import apply
from billing.services import erasure
from tests.flows.processes import until
from tests.projection.seen import sighting
from tests.projection.snapshots import START, customer

pytestmark = pytest.mark.usefixtures("committing")


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return int(cursor.fetchone()[0])


def in_a_thread(work: threading.Thread) -> threading.Thread:
    work.start()
    return work


def erase(organization: Organization) -> None:
    try:
        erasure.erase(organization=organization, reason="Asked", by=SYSTEM)
    finally:
        connections.close_all()


def test_the_mark_waits_for_who_is_writing() -> None:
    with transaction.atomic():
        apply([sighting(customer("cus_1", name="Jane"), START)])
    organization = Organization.objects.get()
    with transaction.atomic():
        apply([sighting(customer("cus_1", name="Jane Canary"), START + 1)])
        thread = in_a_thread(threading.Thread(target=erase, args=(organization,)))
        until(lambda: waiting() == 1, what="the erasure's waiting")
        assert Organization.objects.get().erased_at is None
    thread.join(60)
    assert "Canary" not in str(StripeObject.objects.values()) + str(Organization.objects.values())
    assert Organization.objects.get().name == f"Erased {organization.public_id}"


def test_who_writes_after_the_mark_sees_it() -> None:
    with transaction.atomic():
        apply([sighting(customer("cus_1", name="Jane"), START)])
    erasure.erase(organization=Organization.objects.get(), reason="Asked", by=SYSTEM)
    with transaction.atomic():
        outcome = apply([sighting(customer("cus_1", name="Jane Canary"), START + 1)])
    assert outcome.erased == {Organization.objects.get().pk}
    assert "Canary" not in str(StripeObject.objects.values()) + str(Organization.objects.values())
