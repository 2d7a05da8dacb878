"""Stripe delivers in any order; the younger snapshot must win however they arrive, and a guess must never be made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.ordering import Order, Version, compare

OPPOSITE = {Order.NEWER: Order.OLDER, Order.OLDER: Order.NEWER, Order.SAME: Order.SAME, Order.UNKNOWN: Order.UNKNOWN}
AT = 1_700_000_000


def version(
    time: int | None = AT, kind: str = "customer.updated", previous: dict[str, Any] | None = None, **snapshot: Any
) -> Version:
    return Version({"id": "x_1", **snapshot}, time, kind, previous or {})


def both_ways(later: Version, earlier: Version) -> tuple[Order, Order]:
    return compare(later, earlier), compare(earlier, later)


@pytest.mark.parametrize("seconds", [1, 60, 10**8])
def test_the_later_second_wins(seconds: int) -> None:
    """Also against everything else: a paid invoice may be refunded, a status in between be healed."""
    later = version(AT + seconds, object="invoice", status="open")
    earlier = version(AT, "invoice.paid", {"status": "draft"}, object="invoice", status="paid")
    assert both_ways(later, earlier) == (Order.NEWER, Order.OLDER)


@pytest.mark.parametrize("times", [(AT, AT), (AT, AT + 5), (AT + 5, AT), (None, AT), (AT, None), (None, None)])
def test_the_same_content_is_the_same_whenever_it_was_seen(times: tuple[int | None, int | None]) -> None:
    one, other = version(times[0], name="Same"), version(times[1], "customer.created", name="Same")
    assert both_ways(one, other) == (Order.SAME, Order.SAME)


@pytest.mark.parametrize("times", [(None, AT), (AT, None), (None, None)])
def test_an_answer_of_the_api_has_no_time_and_cannot_be_placed(times: tuple[int | None, int | None]) -> None:
    """Not even where statuses seem to say it: only Stripe knows."""
    one = version(times[0], object="invoice", status="paid")
    other = version(times[1], object="invoice", status="draft")
    assert both_ways(one, other) == (Order.UNKNOWN, Order.UNKNOWN)


TIES: dict[str, tuple[Version, Version]] = {
    "made before changed": (version(name="B"), version(kind="customer.created", name="A")),
    "deleted after changed": (version(kind="customer.deleted", name="A"), version(name="B")),
    "deleted after made": (version(kind="customer.deleted", name="A"), version(kind="customer.created", name="B")),
    "a life outweighs a status": (
        version(kind="customer.subscription.deleted", object="subscription", status="active"),
        version(kind="customer.subscription.updated", object="subscription", status="canceled"),
    ),
    "an invoice is paid after it is open": (
        version(kind="invoice.paid", object="invoice", status="paid"),
        version(kind="invoice.finalized", object="invoice", status="open"),
    ),
    "a subscription is incomplete first": (
        version(object="subscription", status="active"),
        version(object="subscription", status="incomplete"),
    ),
    "refunds only grow": (
        version(kind="charge.refunded", object="charge", status="succeeded", amount_refunded=500),
        version(kind="charge.refunded", object="charge", status="succeeded", amount_refunded=200),
    ),
    "the first refund follows none": (
        version(object="charge", status="succeeded", amount_refunded=1),
        version(object="charge", status="succeeded", amount_refunded=None),
    ),
    "attempts only grow": (
        version(object="invoice", status="open", attempt_count=2),
        version(object="invoice", status="open", attempt_count=1),
    ),
    "a status outweighs attempts": (
        version(object="invoice", status="paid", attempt_count=0),
        version(object="invoice", status="open", attempt_count=3),
    ),
    "what it looked like before": (version(previous={"name": "A"}, name="B"), version(name="A")),
    "nested before": (
        version(previous={"address": {"city": "Rome"}}, address={"city": "Oslo", "line1": "1"}),
        version(address={"city": "Rome", "line1": "1"}),
    ),
    "a field that was not there before": (version(previous={"phone": None}, phone="1"), version()),
    "a chain of two changes": (
        version(previous={"name": "B"}, name="C"),
        version(previous={"name": "A"}, name="B"),
    ),
}


@pytest.mark.parametrize("why", TIES)
def test_two_of_one_second_are_told_apart(why: str) -> None:
    later, earlier = TIES[why]
    assert both_ways(later, earlier) == (Order.NEWER, Order.OLDER)


OPEN: dict[str, tuple[Version, Version]] = {
    "nothing says it": (version(name="A"), version(name="B")),
    "it heals and fails again": (
        version(object="subscription", status="active"),
        version(object="subscription", status="past_due"),
    ),
    "each looks like what the other was before": (
        version(previous={"name": "B"}, name="A"),
        version(previous={"name": "A"}, name="B"),
    ),
    "what was before fits neither": (
        version(previous={"name": "X"}, name="A"),
        version(previous={"name": "Y"}, name="B"),
    ),
    "only half of what was before fits": (
        version(previous={"name": "A", "phone": "1"}, name="B", phone="2"),
        version(name="A", phone="3"),
    ),
    "a list that was another": (version(previous={"tags": [1, 2]}, tags=[3]), version(tags=[1])),
    "both made": (version(kind="customer.created", name="A"), version(kind="customer.created", name="B")),
    "two ends": (
        version(object="invoice", status="paid", attempt_count=1),
        version(object="invoice", status="void", attempt_count=1),
    ),
}


@pytest.mark.parametrize("why", OPEN)
def test_where_only_stripe_can_say_nothing_is_guessed(why: str) -> None:
    one, other = OPEN[why]
    assert both_ways(one, other) == (Order.UNKNOWN, Order.UNKNOWN)


KINDS = ["invoice.created", "invoice.updated", "invoice.paid", "invoice.deleted"]
snapshots = st.fixed_dictionaries(
    {"object": st.sampled_from(["invoice", "subscription", "customer"])},
    optional={
        "status": st.sampled_from(["draft", "open", "paid", "active", "canceled", "incomplete", None]),
        "attempt_count": st.one_of(st.none(), st.integers(0, 4)),
        "amount_refunded": st.one_of(st.none(), st.integers(0, 3)),
        "name": st.sampled_from("ABC"),
        "nested": st.dictionaries(st.sampled_from("xy"), st.integers(0, 2)),
    },
)
versions = st.builds(
    Version,
    snapshots,
    st.one_of(st.none(), st.integers(AT, AT + 2)),
    st.sampled_from(KINDS),
    st.one_of(st.just({}), st.dictionaries(st.sampled_from(["name", "status"]), st.sampled_from(["A", "open"]))),
)


@given(versions, versions)
def test_who_asks_first_does_not_matter(one: Version, other: Version) -> None:
    assert compare(one, other) is OPPOSITE[compare(other, one)]


@given(versions)
def test_a_version_is_the_same_as_itself(one: Version) -> None:
    assert compare(one, one) is Order.SAME


@given(versions, versions)
def test_comparing_is_asking_and_changes_nothing(one: Version, other: Version) -> None:
    before = repr((one, other))
    compare(one, other)
    assert repr((one, other)) == before
