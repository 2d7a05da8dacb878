"""product -> Plan: name, description and whether it is sold are Stripe's; code, place and publicity are ours."""

from typing import Any

import pytest

from billing.models import Plan
from billing.projection import products
from billing.projection.products import code_from, plan_code
from tests.factories import PlanFactory
from tests.projection.seen import columns, only, projectable
from tests.projection.snapshots import Snapshot, product

pytestmark = pytest.mark.django_db


def show(*snapshots: Snapshot, **given: Any) -> None:
    products.project([projectable(snapshot, **given) for snapshot in snapshots])


def codes() -> dict[str, str]:
    """Product id -> code."""
    return dict(Plan.objects.values_list("stripe_product_id", "code"))


def named(stripe_id: str, code: str, **given: Any) -> Snapshot:
    return product(stripe_id, metadata={"plan": code}, **given)


def test_every_column_comes_from_its_field() -> None:
    show(named("prod_1", "premium", name="Premium", description="All of it"))
    assert only(Plan) == {
        "code": "premium",
        "name": "Premium",
        "description": "All of it",
        "stripe_product_id": "prod_1",
        "active": True,
        "public": False,
        "position": 0,
    }


def test_a_product_that_says_nothing_is_named_by_its_id() -> None:
    bare = {"id": "prod_Bare1", "object": "product"}
    show(bare)
    assert only(Plan) == {
        "code": "prod_bare1",
        "name": "prod_Bare1",
        "description": "",
        "stripe_product_id": "prod_Bare1",
        "active": False,
        "public": False,
        "position": 0,
    }


def test_a_later_snapshot_overwrites_what_is_stripes_and_keeps_what_is_ours() -> None:
    plan = PlanFactory(code="gold", stripe_product_id="prod_1", public=True, position=7, name="Old", description="Old")
    show(named("prod_1", "platinum", name="New", description=None, active=False))
    assert columns(plan) == {
        "code": "gold",
        "name": "New",
        "description": "",
        "stripe_product_id": "prod_1",
        "active": False,
        "public": True,
        "position": 7,
    }


def test_a_deleted_product_is_sold_no_more_and_stays_readable() -> None:
    show(product(name="Premium"))
    show(product(name="Premium", active=True), deleted=True)
    row = only(Plan)
    assert (row["active"], row["name"]) == (False, "Premium")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("premium", "premium"),
        ("Premium", "premium"),
        ("prod_NffrFeUfNV2Hib", "prod_nffrfeufnv2hib"),
        ("Team & Co", "team-co"),
        ("per_seat-v2", "per_seat-v2"),
        ("größer", "gr-er"),
        ("a" * 80, "a" * 64),
        ("  ", "-"),
    ],
)
def test_a_code_holds_only_what_may_stand_in_an_address(text: str, code: str) -> None:
    assert code_from(text) == code


@pytest.mark.parametrize("metadata", [None, {}, {"plan": ""}, {"plan": None}, {"tier": "gold"}, "oops", ["plan"]])
def test_without_a_named_plan_the_id_is_the_code(metadata: Any) -> None:
    assert plan_code({"id": "prod_X", "metadata": metadata}) == "prod_x"


def test_of_two_products_that_claim_a_code_the_first_that_came_has_it() -> None:
    show(named("prod_2", "gold"))
    show(named("prod_1", "gold"))
    assert codes() == {"prod_2": "gold", "prod_1": "prod_1"}


def test_of_two_that_come_together_the_one_with_the_smaller_id_has_it() -> None:
    show(named("prod_2", "gold"), named("prod_1", "gold"), named("prod_3", "gold"))
    assert codes() == {"prod_1": "gold", "prod_2": "prod_2", "prod_3": "prod_3"}


def test_a_plan_of_ours_without_a_product_keeps_its_code() -> None:
    PlanFactory(code="gold", stripe_product_id=None)
    show(named("prod_1", "gold"))
    assert codes() == {None: "gold", "prod_1": "prod_1"}


def test_a_product_whose_own_id_is_taken_as_a_code_gets_another_one() -> None:
    """Stripe lets its users choose the ids of products, so that "gold" may be an id here and a code there."""
    show(named("prod_1", "gold"))
    show(product("gold"))
    show(product("GOLD"))
    assert codes()["prod_1"] == "gold"
    assert len(set(codes().values())) == 3
    assert all(code.startswith("gold-") for stripe_id, code in codes().items() if stripe_id != "prod_1")


def test_the_other_code_depends_on_the_product_alone() -> None:
    """A rebuild, or a second installation on the same Stripe account, names the plan the same."""
    show(named("prod_1", "gold"))
    show(product("gold", name="First"))
    first = codes()
    Plan.objects.all().delete()
    show(named("prod_1", "gold"))
    show(product("gold", name="Second"))
    assert codes() == first


def test_a_long_id_leaves_room_for_the_other_code() -> None:
    long = "gold" * 16
    show(named("prod_1", long), product(long))
    show(product(long.upper()))
    assert max(map(len, codes().values())) == 64
    assert len(set(codes().values())) == 3


def test_seen_again_it_is_still_one_plan() -> None:
    for _ in range(3):
        show(named("prod_1", "gold"), product("prod_2"))
    assert codes() == {"prod_1": "gold", "prod_2": "prod_2"}
