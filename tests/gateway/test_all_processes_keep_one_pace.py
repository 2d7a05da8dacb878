"""Stripe's limit is the account's: whoever asks takes a token from the one bucket, and what is in front of a person
passes before what is scheduled. Row F19."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from billing.gateway import pace
from billing.gateway.errors import Unreachable
from billing.models import StripePace

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
RATE = 40  # a bucket of 10, of which 2 are kept for interactive requests


@pytest.fixture(autouse=True)
def rate(settings: Any) -> None:
    settings.STRIPE_REQUESTS_PER_SECOND = RATE


def take(count: int, *, bulk: bool, at: datetime = NOW) -> int:
    """How many of so many were let pass."""
    return sum(pace._take(bulk=bulk, now=at).go for _ in range(count))


def test_after_a_rest_the_bucket_is_full_and_no_more() -> None:
    assert take(100, bulk=True) == 8
    assert StripePace.objects.get().tokens == pytest.approx(2)


def test_bulk_goes_on_at_the_rate() -> None:
    take(100, bulk=True)
    passed = sum(take(5, bulk=True, at=NOW + timedelta(milliseconds=50 * tick)) for tick in range(1, 21))
    assert passed == RATE


def test_no_second_has_more_than_the_limit_behind_the_eighty_percent() -> None:
    passed = sum(take(20, bulk=True, at=NOW + timedelta(milliseconds=10 * tick)) for tick in range(100))
    assert passed <= RATE / 0.8


def test_interactive_passes_where_bulk_waits() -> None:
    take(100, bulk=True)
    assert take(5, bulk=False) == 5
    assert take(1, bulk=True) == 0
    assert take(1, bulk=True, at=NOW + timedelta(milliseconds=80)) == 0  # what was borrowed is paid back first
    assert take(1, bulk=True, at=NOW + timedelta(seconds=1)) == 1


def test_a_rush_of_people_keeps_bulk_waiting_for_a_moment_only() -> None:
    assert take(500, bulk=False) == 500
    assert take(1, bulk=True, at=NOW + timedelta(seconds=1.5)) == 1


def test_who_waits_is_told_how_long() -> None:
    take(100, bulk=True)
    said = pace._take(bulk=True, now=NOW)
    assert 0 < said.wait <= 1 / RATE
    assert pace._take(bulk=True, now=NOW + timedelta(seconds=said.wait)).go


def test_it_waits_and_then_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the sleeper that it is given, and by the clock of the database."""
    slept: list[float] = []
    monkeypatch.setattr(pace, "sleep", lambda seconds: slept.append(seconds) or time.sleep(seconds))
    pace.slow_down(0)
    pace.enter(bulk=True)
    assert 0 < sum(slept) < 5


def test_a_clock_that_runs_behind_takes_nothing_away() -> None:
    take(1, bulk=True)
    before = StripePace.objects.get()
    pace._take(bulk=False, now=NOW - timedelta(hours=1))
    after = StripePace.objects.get()
    assert (after.tokens, after.filled_at) == (pytest.approx(before.tokens - 1), before.filled_at)


def test_a_table_that_a_crash_emptied_is_filled_again() -> None:
    StripePace.objects.all().delete()
    assert pace.enter(bulk=False) == pace.Turn()
    assert StripePace.objects.count() == 1


def test_retry_after_keeps_everybody_away_until_then() -> None:
    pace.slow_down(7, now=NOW)
    for bulk in (True, False):
        said = pace._take(bulk=bulk, now=NOW + timedelta(seconds=5))
        assert (said.go, said.closed) == (False, pytest.approx(2))
        assert pace._take(bulk=bulk, now=NOW + timedelta(seconds=8)).go


def test_a_retry_after_that_makes_no_sense_stops_nothing_for_a_day() -> None:
    pace.slow_down(86_400, now=NOW)
    assert pace._take(bulk=True, now=NOW + timedelta(seconds=pace.LONGEST_CLOSED_SECONDS + 1)).go


def test_bulk_that_would_wait_too_long_is_not_sent() -> None:
    pace.slow_down(45)
    with pytest.raises(Unreachable) as raised:
        pace.enter(bulk=True)
    assert 40 < raised.value.retry_after <= 45
    assert 40 < pace.closed_for() <= 45


def test_several_workers_together_keep_the_rate(committing: str) -> None:
    """Threads with connections of their own, as processes are; two seconds of a full throttle."""
    passed: list[float] = []
    until = time.monotonic() + 2

    def work() -> None:
        try:
            while time.monotonic() < until:
                pace.enter(bulk=True)
                passed.append(time.monotonic())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    spent = max(passed) - min(passed)
    assert RATE < len(passed) <= RATE * spent + RATE * pace.BURST + len(workers)


def test_a_person_does_not_wait_for_a_row_that_bulk_holds(committing: str) -> None:
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM billing_stripepace FOR UPDATE")
            held.set()
            over.wait(30)
            cursor.execute("ROLLBACK")
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        assert pace.enter(bulk=False) == pace.Turn()
    finally:
        over.set()
        holder.join()
