"""The stored snapshots: one row an object, its content exactly as Stripe sent it."""

from typing import Any

import pytest

from billing.models import StripeObject
from billing.projection import current
from tests.projection.seen import at, stored, told
from tests.projection.snapshots import START, customer, price

pytestmark = pytest.mark.django_db


def row(stripe_id: str, **given: Any) -> StripeObject:
    defaults = {"object_type": "customer", "api_version": "2026", "snapshot": {"id": stripe_id}}
    return StripeObject(stripe_id=stripe_id, **{**defaults, **given})


def test_it_is_read_by_ids_at_once(django_assert_num_queries: Any) -> None:
    current.save([row("cus_1"), row("cus_2"), row("cus_3")])
    with django_assert_num_queries(1):
        found = current.load(["cus_1", "cus_3", "cus_unknown"])
    assert {stripe_id: one.stripe_id for stripe_id, one in found.items()} == {"cus_1": "cus_1", "cus_3": "cus_3"}


def test_nothing_is_read_for_nothing() -> None:
    assert current.load([]) == {}


def test_it_is_written_by_id(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        current.save([row("cus_3"), row("cus_1"), row("cus_2")])
    assert list(StripeObject.objects.order_by("pk").values_list("stripe_id", flat=True)) == ["cus_1", "cus_2", "cus_3"]


def test_nothing_is_written_for_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        current.save([])


def test_every_column_but_the_mirrors_last_error_is_overwritten() -> None:
    current.save([row("cus_1", version=1)])
    number = stored("cus_1").pk
    StripeObject.objects.update(mirror_error="No such price")
    current.save(
        [
            row(
                "cus_1",
                object_type="price",
                livemode=True,
                api_version="2027",
                snapshot={"new": True},
                event_time=at(START),
                event_type="price.updated",
                previous={"old": True},
                version=2,
                deleted=True,
                mirror_due_at=None,
                mirror_attempts=3,
            )
        ]
    )
    one = stored("cus_1")
    assert (one.pk, one.mirror_error) == (number, "No such price")
    assert (one.object_type, one.livemode, one.api_version, one.snapshot) == ("price", True, "2027", {"new": True})
    assert (one.event_time, one.event_type, one.previous) == (at(START), "price.updated", {"old": True})
    assert (one.version, one.deleted, one.mirror_due_at, one.mirror_attempts) == (2, True, None, 3)


def test_each_write_has_its_time() -> None:
    told(customer(name="A"))
    first = stored("cus_1").updated_at
    told(customer(name="B"), time=START + 1)
    assert stored("cus_1").updated_at > first


EXACT = [
    {"amount": 9_007_199_254_740_993},
    {"percent_off": 33.33},
    {"unit_amount_decimal": "0.000000000001"},
    {"nickname": "Größe “XL” – 日本"},
    {"tiers": [{"up_to": None}, {"up_to": 5}]},
    {"metadata": {"": "", "a.b": "c", "nested": "{}"}},
]


@pytest.mark.parametrize("content", EXACT)
def test_content_comes_back_as_it_was_sent(content: dict[str, Any]) -> None:
    shown = {**price(), **content}
    current.save([row("price_1", snapshot=shown)])
    assert stored("price_1").snapshot == shown
