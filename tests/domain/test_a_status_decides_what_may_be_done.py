"""What a customer is offered follows from the subscription's status; a wrong set takes money or locks out."""

import inspect
import re

import pytest
import stripe

from billing.domain.states import (
    ENDED,
    LIVE,
    ONE_WAY_RANK,
    SERVED,
    InvoiceStatus,
    PaymentStatus,
    SubscriptionStatus,
    may_cancel,
    may_cancel_at_period_end,
    may_change_plan,
    one_way_rank,
)

#        status                change  cancel  at the period's end
ALLOWED = {
    "incomplete": (False, True, False),
    "incomplete_expired": (False, False, False),
    "trialing": (True, True, True),
    "active": (True, True, True),
    "past_due": (True, True, True),
    "unpaid": (False, True, False),
    "paused": (False, True, False),
    "canceled": (False, False, False),
}


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_what_may_be_done_in_each_status(status: SubscriptionStatus) -> None:
    allowed = (may_change_plan(status), may_cancel(status), may_cancel_at_period_end(status))
    assert allowed == ALLOWED[status]


@pytest.mark.parametrize("unknown", ["", "ACTIVE", "deleted", "a status that Stripe adds next year"])
def test_an_unknown_status_permits_nothing(unknown: str) -> None:
    assert not any([may_change_plan(unknown), may_cancel(unknown), may_cancel_at_period_end(unknown)])


def test_a_subscription_is_live_or_ended_and_only_live_ones_are_served() -> None:
    assert set(SubscriptionStatus) == LIVE | ENDED
    assert not LIVE & ENDED
    assert SERVED < LIVE


def literals(cls: type, name: str) -> set[str]:
    """The words that the SDK allows for a field of a class."""
    annotation = str(inspect.get_annotations(cls)[name])
    return set(re.findall(r"[\"']([a-z_]+)[\"']", annotation))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SubscriptionStatus, stripe.Subscription),
        (InvoiceStatus, stripe.Invoice),
        (PaymentStatus, stripe.PaymentIntent),
    ],
)
def test_the_words_are_stripes_of_the_pinned_version(ours: type, theirs: type) -> None:
    assert {str(status) for status in ours} == literals(theirs, "status")


@pytest.mark.parametrize(
    ("object_type", "theirs"),
    [
        ("invoice", stripe.Invoice),
        ("payment_intent", stripe.PaymentIntent),
        ("charge", stripe.Charge),
        ("checkout.session", stripe.checkout.Session),
        ("subscription", stripe.Subscription),
    ],
)
def test_no_rank_is_given_to_a_word_that_stripe_does_not_know(object_type: str, theirs: type) -> None:
    assert set(ONE_WAY_RANK[object_type]) <= literals(theirs, "status")


@pytest.mark.parametrize(
    ("object_type", "road"),
    [
        ("invoice", ["draft", "open", "uncollectible", "paid"]),
        ("invoice", ["draft", "open", "void"]),
        ("payment_intent", ["requires_payment_method", "processing", "succeeded"]),
        ("payment_intent", ["requires_action", "requires_capture", "canceled"]),
        ("charge", ["pending", "succeeded"]),
        ("refund", ["pending", "succeeded", "failed"]),
        ("invoice_payment", ["open", "paid"]),
        ("subscription", ["incomplete", "active", "canceled"]),
        ("subscription", ["incomplete", "past_due", "canceled"]),
        ("checkout.session", ["open", "complete"]),
    ],
)
def test_rank_grows_along_the_road(object_type: str, road: list[str]) -> None:
    ranks = [one_way_rank(object_type, status) for status in road]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("pair", [("active", "past_due"), ("trialing", "active"), ("unpaid", "paused")])
def test_statuses_that_may_follow_each_other_both_ways_have_one_rank(pair: tuple[str, str]) -> None:
    """A past due subscription heals: neither status says which snapshot is the younger."""
    assert one_way_rank("subscription", pair[0]) == one_way_rank("subscription", pair[1])


@pytest.mark.parametrize(
    ("object_type", "status"), [("customer", None), ("invoice", None), ("", "paid"), ("invoice", "new word")]
)
def test_what_is_unknown_is_in_the_middle(object_type: str, status: str | None) -> None:
    assert one_way_rank(object_type, status) == 1
