"""Somebody's monitor asks every few seconds: nothing may change at Stripe, and one request must be enough."""

import pytest

from billing.gateway.errors import Busy, Refused, StripeFault, Unknown
from billing.gateway.health import check_stripe
from tests.gateway.wire import Wire
from tests.sandbox.scenes import Account


def test_a_stripe_that_answers_is_well(account: Account) -> None:
    before = account.control("digest")
    check_stripe()
    assert account.control("digest") == before


def test_it_is_one_small_reading_request(wire: Wire) -> None:
    check_stripe()
    assert (wire.only.method, wire.only.path, wire.only.query) == ("GET", "/v1/products", [("limit", "1")])


@pytest.mark.parametrize(
    ("status", "fault"), [(401, Refused), (403, Refused), (429, Busy), (500, Unknown), (503, Unknown)]
)
def test_what_is_wrong_is_raised_in_our_words(wire: Wire, status: int, fault: type[StripeFault]) -> None:
    wire.answers_with(status, {"error": {"message": "Not now."}})
    with pytest.raises(fault, match="Not now"):
        check_stripe()
