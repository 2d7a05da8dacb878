"""Rows are written sorted and all at once, so that two workers never wait for each other crosswise."""

import random
from typing import Any

import pytest

from billing.models import Organization, Payment, Plan, Refund, SubscriptionItem
from billing.projection.upsert import projected_fields, replace_children, upsert
from tests.factories import START, OrganizationFactory, SubscriptionItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


def refund(stripe_id: str, organization: Organization, amount: int = 100) -> Refund:
    return Refund(
        stripe_id=stripe_id,
        organization=organization,
        amount=amount,
        currency="usd",
        status="succeeded",
        created_at=START,
    )


def item(stripe_id: str, of: SubscriptionItem, **given: Any) -> SubscriptionItem:
    kept = {"subscription_id": of.subscription_id, "price_id": of.price_id, "organization_id": of.organization_id}
    return SubscriptionItem(stripe_id=stripe_id, stripe_created_at=START, **{**kept, **given})


def test_they_are_inserted_by_key(organization: Organization) -> None:
    ids = [f"re_{number:03d}" for number in range(50)]
    shuffled = random.Random(7).sample(ids, len(ids))
    upsert(Refund, [refund(one, organization) for one in shuffled])
    assert list(Refund.objects.order_by("pk").values_list("stripe_id", flat=True)) == ids


def test_the_last_of_two_rows_of_one_key_counts(organization: Organization) -> None:
    """PostgreSQL refuses to touch a row twice in one statement."""
    upsert(Refund, [refund("re_1", organization, 1), refund("re_2", organization), refund("re_1", organization, 2)])
    assert Refund.objects.get(stripe_id="re_1").amount == 2
    assert Refund.objects.count() == 2


def test_what_is_there_keeps_its_number(organization: Organization) -> None:
    upsert(Refund, [refund("re_1", organization, 1)])
    number = Refund.objects.get().pk
    upsert(Refund, [refund("re_1", organization, 2), refund("re_0", organization)])
    assert (Refund.objects.get(stripe_id="re_1").pk, Refund.objects.get(pk=number).amount) == (number, 2)


@pytest.mark.parametrize("rows", [1, 200])
def test_any_number_is_one_statement(organization: Organization, rows: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        upsert(Refund, [refund(f"re_{number}", organization) for number in range(rows)])
    assert Refund.objects.count() == rows


def test_nothing_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        upsert(Refund, [])


@pytest.mark.parametrize(
    ("model", "key", "ours"),
    [
        (Payment, "stripe_id", {"public_id"}),
        (Plan, "stripe_product_id", {"code", "public", "position"}),
        (Refund, "stripe_id", set()),
    ],
)
def test_columns_that_are_ours_are_never_overwritten(model: Any, key: str, ours: set[str]) -> None:
    fields = set(projected_fields(model, key))
    everything = {field.name for field in model._meta.concrete_fields}
    assert everything - fields == {"id", key} | ours


def test_the_owner_is_overwritten_too() -> None:
    """A customer that was merged into another takes its money along."""
    assert "organization" in projected_fields(Refund)


def test_children_that_are_not_named_leave() -> None:
    kept = SubscriptionItemFactory()
    SubscriptionItemFactory(subscription=kept.subscription)
    stranger = SubscriptionItemFactory()
    rows = [item(kept.stripe_id, kept, quantity=9), item("si_new", kept)]
    replace_children(SubscriptionItem, rows, parent="subscription", parent_ids=[kept.subscription_id])
    assert set(SubscriptionItem.objects.values_list("stripe_id", flat=True)) == {
        kept.stripe_id,
        "si_new",
        stranger.stripe_id,
    }
    kept.refresh_from_db()
    assert kept.quantity == 9


def test_a_child_that_moved_to_another_parent_is_not_lost() -> None:
    moved, other = SubscriptionItemFactory(), SubscriptionItemFactory()
    rows = [item(moved.stripe_id, other), item(other.stripe_id, other)]
    parents = [moved.subscription_id, other.subscription_id]
    replace_children(SubscriptionItem, rows, parent="subscription", parent_ids=parents)
    moved.refresh_from_db()
    assert moved.subscription_id == other.subscription_id
    assert SubscriptionItem.objects.count() == 2


def test_without_parents_nobody_loses_a_child() -> None:
    SubscriptionItemFactory()
    replace_children(SubscriptionItem, [], parent="subscription", parent_ids=[])
    assert SubscriptionItem.objects.count() == 1
