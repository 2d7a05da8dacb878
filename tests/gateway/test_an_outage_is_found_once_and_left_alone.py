"""A breaker for all processes: after some silences nobody asks, until one request has found Stripe back. Row F22."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from billing.gateway import pace
from billing.gateway.client import ask
from billing.gateway.errors import Busy, Refused, Unknown, Unreachable
from billing.gateway.health import check_stripe
from billing.models import StripePace
from tests.gateway.wire import Wire

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)


def once(**options: Any) -> Any:
    return ask("post", "/v1/customers", {}, operation="test.breaker", **options)


def silences(wire: Wire, count: int) -> None:
    wire.answers_with(503, b"<html>")
    for _ in range(count):
        with pytest.raises(Unknown):
            once()


def time_passes() -> None:
    """Until a probe may be sent."""
    StripePace.objects.update(open_until=NOW - timedelta(days=3650))


def test_a_few_faults_are_none_of_its_business(wire: Wire) -> None:
    silences(wire, pace.FAILURES - 1)
    wire.answers_with(200, {"id": "x_1"})
    assert once()["id"] == "x_1"
    row = StripePace.objects.get()
    assert (row.failures, row.open_until) == (0, None)


def test_open_nothing_is_sent_and_everybody_is_told_when_to_come_back(wire: Wire) -> None:
    silences(wire, pace.FAILURES)
    sent = len(wire.asked)
    for bulk in (False, True):
        StripePace.objects.update(open_until=datetime.now(UTC) + timedelta(seconds=40))
        with pytest.raises(Unreachable) as raised:
            once(bulk=bulk)
        assert isinstance(raised.value, Busy)  # so that whoever asked knows that nothing was done
        assert 30 < raised.value.retry_after <= 40
    assert len(wire.asked) == sent


def test_a_refusal_is_an_answer(wire: Wire) -> None:
    silences(wire, pace.FAILURES - 1)
    wire.answers_with(402, {"error": {"code": "card_declined"}})
    with pytest.raises(Refused):
        once()
    assert StripePace.objects.get().failures == 0


def test_one_request_tries_and_finds_it_back(wire: Wire) -> None:
    silences(wire, pace.FAILURES)
    time_passes()
    wire.answers_with(200, {"id": "x_1"})
    assert once()["id"] == "x_1"
    row = StripePace.objects.get()
    assert (row.failures, row.openings, row.open_until) == (0, 0, None)


def test_while_one_tries_the_others_keep_away() -> None:
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn(), now=NOW)
    later = NOW + timedelta(seconds=pace.FIRST_OPEN_SECONDS)
    assert pace._take(bulk=False, now=later).probe
    assert not pace._take(bulk=False, now=later).go


def test_a_prober_that_died_is_replaced(settings: Any) -> None:
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn(), now=NOW)
    later = NOW + timedelta(seconds=pace.FIRST_OPEN_SECONDS)
    pace._take(bulk=False, now=later)
    assert pace._take(bulk=False, now=later + timedelta(seconds=settings.STRIPE_TIMEOUT_SECONDS)).probe


def test_it_stays_open_longer_each_time_and_never_long() -> None:
    waits, now = [], NOW
    for _ in range(pace.FAILURES):
        pace.failed(pace.Turn(), now=now)
    for _ in range(8):
        until = StripePace.objects.get().open_until
        waits.append((until - now).total_seconds())
        now = until
        assert pace._take(bulk=False, now=now).probe
        pace.failed(pace.Turn(probe=True), now=now)
    assert waits == [5, 10, 20, 40, 60, 60, 60, 60]


def test_requests_that_were_under_way_do_not_open_it_further() -> None:
    for _ in range(pace.FAILURES * 3):
        pace.failed(pace.Turn(), now=NOW)
    row = StripePace.objects.get()
    assert (row.openings, row.open_until) == (1, NOW + timedelta(seconds=pace.FIRST_OPEN_SECONDS))


def test_a_probe_of_health_opens_nothing_but_may_find_it_back(wire: Wire) -> None:
    wire.answers_with(503, b"")
    for _ in range(pace.FAILURES):
        with pytest.raises(Unknown):
            check_stripe()
    assert StripePace.objects.get().failures == 0
    silences(wire, pace.FAILURES)
    time_passes()
    wire.answers_with(200, {"data": []})
    check_stripe()
    assert StripePace.objects.get().open_until is None
