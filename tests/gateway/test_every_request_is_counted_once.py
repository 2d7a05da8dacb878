"""Alarms stand on these figures: a request that counts twice, or not at all, wakes somebody or nobody."""

import itertools
from typing import Any

import pytest
from prometheus_client import REGISTRY

from billing.gateway.client import ask
from billing.gateway.errors import StripeFault
from tests.gateway.wire import Wire

_numbers = itertools.count(1)
OUTCOMES = ["done", "refused", "declined", "missing", "busy", "unknown"]


@pytest.fixture
def operation() -> str:
    """A name of the test's own, so that what others asked is not counted."""
    return f"counted.{next(_numbers)}"


def counted(operation: str) -> dict[str, float]:
    found = {
        outcome: REGISTRY.get_sample_value("stripe_requests_total", {"operation": operation, "outcome": outcome})
        for outcome in OUTCOMES
    }
    return {outcome: value for outcome, value in found.items() if value}


def errors() -> float:
    return REGISTRY.get_sample_value("stripe_api_errors_total") or 0


ANSWERS: dict[str, tuple[int, Any, str]] = {
    "an object": (200, {"id": "cus_1"}, "done"),
    "a bad parameter": (400, {"error": {"code": "parameter_missing"}}, "refused"),
    "a decline": (402, {"error": {"code": "card_declined"}}, "declined"),
    "no such object": (404, {"error": {"code": "resource_missing"}}, "missing"),
    "a rate limit": (429, {"error": {"code": "rate_limit"}}, "busy"),
    "an error of Stripe": (500, {"error": {}}, "unknown"),
    "a list in place of an object": (200, [], "unknown"),
    "an error that the SDK cannot read": (502, {"error": "upstream"}, "unknown"),
}


@pytest.mark.parametrize("why", ANSWERS)
def test_by_operation_and_outcome(wire: Wire, operation: str, why: str) -> None:
    status, body, outcome = ANSWERS[why]
    wire.answers_with(status, body)
    before = errors()
    try:
        ask("get", "/v1/customers/cus_1", operation=operation)
    except StripeFault:
        assert outcome != "done"
    assert counted(operation) == {outcome: 1}
    assert errors() - before == (0 if outcome == "done" else 1)


@pytest.mark.parametrize("status", [200, 500])
def test_its_duration_is_observed_whatever_came_of_it(wire: Wire, operation: str, status: int) -> None:
    wire.answers_with(status, {"error": {}} if status == 500 else {"id": "cus_1"})
    for _ in range(3):
        try:
            ask("get", "/v1/customers/cus_1", operation=operation)
        except StripeFault:
            assert status == 500
    count = REGISTRY.get_sample_value("stripe_request_duration_seconds_count", {"operation": operation})
    total = REGISTRY.get_sample_value("stripe_request_duration_seconds_sum", {"operation": operation})
    assert count == 3
    assert 0 < total < 30
