"""The event of a deletion shows the object as it last was, so that it may equal the snapshot that is there. Row F16."""

import itertools
from typing import Any

import pytest

from billing.models import Invoice, Organization, Plan, Price, StripeObject
from billing.projection.apply import apply
from billing.projection.sighting import Fetched, Sighting
from tests.projection.seen import at, sighting, stored, told
from tests.projection.snapshots import DAY, START, Snapshot, customer, invoice, price, product, subscription

pytestmark = pytest.mark.django_db

OBJECTS: list[Snapshot] = [customer(), product(), price(), invoice(status="draft")]


def deletion(snapshot: Snapshot, time: int = START + DAY) -> Sighting:
    return sighting(snapshot, time, event_type=f"{snapshot['object']}.deleted")


def standing(snapshot: Snapshot) -> bool:
    """Whether the object's row still stands for something that Stripe has."""
    found = {
        "customer": Organization.objects.filter(deleted_at=None),
        "product": Plan.objects.filter(active=True),
        "price": Price.objects.filter(active=True),
        "invoice": Invoice.objects.all(),
    }
    return bool(found[snapshot["object"]].exists())


@pytest.mark.parametrize("snapshot", OBJECTS, ids=lambda one: one["object"])
def test_with_the_content_that_is_there_it_deletes_too(snapshot: Snapshot) -> None:
    told(snapshot)
    assert standing(snapshot)
    apply([deletion(snapshot)])
    assert not standing(snapshot)
    assert stored(snapshot["id"]).deleted


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("seconds", [0, 1], ids=["in one second", "second by second"])
def test_in_any_order(order: tuple[int, ...], together: bool, seconds: int) -> None:
    shown = product()
    lived = [
        sighting(shown, START, event_type="product.created"),
        sighting(shown, START + seconds, event_type="product.updated", previous={"name": "Before"}),
        deletion(shown, START + 2 * seconds),
    ]
    for batch in [[lived[place] for place in order]] if together else [[lived[place]] for place in order]:
        apply(batch)
    assert not standing(shown)
    row = stored("prod_1")
    assert (row.deleted, row.event_time, row.event_type) == (True, at(START + 2 * seconds), "product.deleted")


def test_an_event_from_before_that_shows_the_same_does_not_bring_it_back() -> None:
    """Stripe said 404; the event of the object's last change comes only now."""
    told(customer())
    apply([], [Fetched("cus_1", "customer", None, 1)])
    told(customer(), time=START + 5)
    assert not standing(customer())


def test_an_object_made_again_under_its_old_id_stands() -> None:
    """Ids of products can be chosen. Stripe's answer is younger than the deletion that we hear of so late."""
    told(product())
    gone = deletion(product())
    apply([gone], [Fetched("prod_1", "product", product(), 1)])
    assert standing(product())
    assert not stored("prod_1").deleted


def test_a_deletion_that_is_told_twice_is_one() -> None:
    told(customer())
    for _ in range(2):
        apply([deletion(customer())])
    assert stored("cus_1").version == 2
    assert Organization.objects.get().deleted_at == at(START + DAY)


def test_what_is_deleted_keeps_its_snapshot() -> None:
    """To be explained, and for the rows of others that name it."""
    told(price())
    apply([deletion(price())])
    assert StripeObject.objects.get().snapshot == price()


def test_an_ended_subscription_is_not_deleted_by_the_same_content_either() -> None:
    ended: Any = subscription(status="canceled")
    told(ended)
    apply([sighting(ended, START + 1, event_type="customer.subscription.deleted")])
    assert not stored("sub_1").deleted
