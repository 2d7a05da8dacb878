"""429, with and without Retry-After, and lock time-outs: scheduled reads come back later, everything else says when.
Row F19."""

from typing import Any

import pytest

from billing.gateway import pace
from billing.gateway.client import READ_TRIES, ask
from billing.gateway.errors import LONGEST_RETRY_AFTER, Busy, seconds_of
from billing.models import StripePace
from tests.gateway.wire import Wire

BUSY = b'{"error": {"code": "rate_limit"}}'
LOCKED = b'{"error": {"code": "lock_timeout"}}'
FINE = (200, b'{"id": "x_1"}', {})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[float]:
    """The pauses that were made; Stripe's own are over at once."""
    settings.STRIPE_REQUESTS_PER_SECOND = 20
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        StripePace.objects.update(closed_until=None, tokens=5)

    monkeypatch.setattr(pace, "sleep", sleep)
    return pauses


def read(**options: Any) -> Any:
    return ask("get", "/v1/customers", operation="test.busy", bulk=True, **options)


def test_a_read_in_bulk_waits_as_long_as_it_is_told(wire: Wire, slept: list[float]) -> None:
    wire.answers = [(429, BUSY, {"Retry-After": "3"}), FINE]
    assert read()["id"] == "x_1"
    assert 3 <= sum(slept) < 4


def test_without_a_word_the_pauses_grow_and_are_spread(wire: Wire, slept: list[float]) -> None:
    wire.answers = [(429, BUSY, {})] * (READ_TRIES - 1) + [FINE]
    assert read()["id"] == "x_1"
    assert 0.25 <= slept[0] <= 0.5
    assert 1 <= slept[-1] <= 2


def test_it_gives_up_after_some_tries(wire: Wire, slept: list[float]) -> None:
    wire.answers = [(429, BUSY, {})]
    with pytest.raises(Busy):
        read()
    assert len(wire.asked) == READ_TRIES


def test_a_pause_that_is_too_long_is_left_to_the_next_run(wire: Wire, slept: list[float]) -> None:
    wire.answers = [(429, BUSY, {"Retry-After": "300"})]
    with pytest.raises(Busy) as raised:
        read()
    assert (raised.value.retry_after, len(wire.asked), slept) == (300, 1, [])


@pytest.mark.parametrize("options", [{"bulk": False}, {"bulk": True, "method": "post"}])
def test_a_write_and_whatever_a_person_waits_for_is_not_repeated(
    wire: Wire, slept: list[float], options: dict[str, Any]
) -> None:
    method = options.pop("method", "get")
    wire.answers = [(429, BUSY, {"Retry-After": "2"})]
    with pytest.raises(Busy) as raised:
        ask(method, "/v1/customers", operation="test.busy", **options)
    assert (raised.value.retry_after, raised.value.status, len(wire.asked)) == (2, 429, 1)


def test_too_many_requests_slow_all_processes_down(wire: Wire) -> None:
    wire.answers = [(429, BUSY, {"Retry-After": "30"})]
    with pytest.raises(Busy):
        ask("get", "/v1/customers", operation="test.busy")
    assert 25 < pace.closed_for() <= 30
    assert StripePace.objects.get().tokens <= 0


def test_a_lock_is_of_one_object_and_slows_nobody_else(wire: Wire) -> None:
    wire.answers = [(429, LOCKED, {"Retry-After": "30"})]
    with pytest.raises(Busy) as raised:
        ask("post", "/v1/customers", operation="test.busy")
    assert (raised.value.code, pace.closed_for()) == ("lock_timeout", 0)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2", 2),
        ("0.5", 0.5),
        ("0", 0),
        ("-5", 0),
        ("nan", 0),
        ("inf", LONGEST_RETRY_AFTER),
        ("9999999", LONGEST_RETRY_AFTER),
        ("Fri, 31 Dec 2027 23:59:59 GMT", 0),
        ("", 0),
    ],
)
def test_a_header_is_believed_within_reason(said: str, seconds: float) -> None:
    assert seconds_of({"Retry-After": said}) == seconds_of({"retry-after": said}) == seconds


def test_no_header_says_nothing() -> None:
    assert seconds_of(None) == seconds_of({}) == 0
