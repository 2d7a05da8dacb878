"""Counting is atomic: whoever asks at once, from however many threads, no limit is ever counted short."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from billing.domain.rate import Limit
from billing.limits import limiter, on_postgresql
from billing.limits.limiter import take
from billing.limits.policies import Asked, Scope
from billing.models import RateLimitCount
from billing.tasks import forget_rate_limits

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
FIVE = Limit("five", 5, 60)
THREE = Limit("three", 3, 60)


def asked(limit: Limit = FIVE, subject: str = "1", scope: Scope = Scope.KEY) -> Asked:
    return Asked(limit, scope, subject)


def fits(*limits: Asked, at: float = 0) -> bool:
    found = take(limits or [asked()], now=NOON + timedelta(seconds=at))
    assert found
    return not any(each.wait for each in found)


def left(*limits: Asked, at: float = 0) -> list[int]:
    return [each.remaining for each in take(limits or [asked()], now=NOON + timedelta(seconds=at))]


def test_the_quota_and_no_more(store: str) -> None:
    assert [fits() for _ in range(8)] == [True] * 5 + [False] * 3


def test_what_is_left_goes_down_to_nothing(store: str) -> None:
    assert [left() for _ in range(6)] == [[4], [3], [2], [1], [0], [0]]


def test_each_subject_and_each_limit_has_a_counter_of_its_own(store: str) -> None:
    for _ in range(5):
        fits()
    assert not fits()
    assert fits(asked(subject="2"))
    assert fits(asked(scope=Scope.USER))
    assert fits(asked(Limit("other", 5, 60)))
    assert fits(asked(Limit("five", 5, 61)))


def test_the_window_before_fades_out(store: str) -> None:
    for _ in range(5):
        assert fits(at=59)
    assert not fits(at=60)
    assert not fits(at=71)
    assert fits(at=72)
    assert not fits(at=72)
    assert [fits(at=180) for _ in range(6)] == [True] * 5 + [False]


def test_a_refused_request_does_not_prolong_the_wait(store: str) -> None:
    for _ in range(5):
        fits()
    waits = [take([asked()], now=NOON + timedelta(seconds=second))[0].wait for second in range(60)]
    assert waits == [72 - second for second in range(60)]
    assert fits(at=72)


def test_what_one_limit_refuses_counts_for_no_other(store: str) -> None:
    """Else a key that runs wild would use up what its whole organization may ask."""
    both = [asked(THREE), asked(FIVE, "organization", Scope.ORGANIZATION)]
    assert [fits(*both) for _ in range(6)] == [True] * 3 + [False] * 3
    assert left(both[1]) == [1]


def test_the_order_in_which_limits_are_named_is_the_order_of_the_answer(store: str) -> None:
    both = [asked(FIVE, "b"), asked(THREE, "a")]
    assert left(*both) == [4, 2]
    assert left(*reversed(both)) == [1, 3]


def test_a_machine_whose_clock_is_behind_counts_too(store: str) -> None:
    for _ in range(5):
        fits(at=61)
    seen = [fits(at=59) for _ in range(10)]
    assert sum(seen) <= 5
    assert not fits(at=61)


@pytest.mark.parametrize("threads", [16])
def test_at_once_from_many_threads(store: str, threads: int) -> None:
    """Each thread takes limits in an order of its own, so that a lock order of the caller's would deadlock."""
    limits = [
        asked(Limit("wide", 100, 60), "a"),
        asked(Limit("wide", 100, 60), "b"),
        asked(Limit("wide", 100, 60), "c"),
    ]
    start = threading.Barrier(threads)

    def run(number: int) -> int:
        start.wait(60)
        try:
            mine = limits[number % 3 :] + limits[: number % 3]
            return sum(fits(*mine) for _ in range(12))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        admitted = list(pool.map(run, range(threads)))
    assert sum(admitted) <= 100
    assert sum(admitted) >= 85  # one that is about to be taken back may refuse another; it is never the other way
    assert [each.wait > 0 for each in take(limits, now=NOON)] == [sum(admitted) == 100] * 3


def test_counting_taking_back_and_sweeping_at_once_hold_up_nobody(committing: str) -> None:
    """A deadlock would let a request pass uncounted, which `fits` notices."""
    limits = [asked(Limit("narrow", 2, 60), subject) for subject in "abcd"]
    start = threading.Barrier(8)

    def run(number: int) -> None:
        start.wait(60)
        try:
            for turn in range(40):
                if number == 0:
                    on_postgresql.forget_old(now=NOON + timedelta(days=1))
                else:
                    fits(*limits[turn % 4 :], *limits[: turn % 4], at=turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))


def test_off_is_off(store: str, settings) -> None:
    settings.RATE_LIMIT_ENABLED = False
    assert take([asked()], now=NOON) == []
    settings.RATE_LIMIT_ENABLED = True
    assert left() == [4]


def test_refusals_are_counted_by_limit(store: str) -> None:
    before = limiter.refused_requests.labels("five")._value.get()
    for _ in range(7):
        fits()
    assert limiter.refused_requests.labels("five")._value.get() - before == 2


@pytest.mark.django_db
class TestInTheDatabase:
    def test_one_statement_counts_for_all_limits(self, django_assert_num_queries) -> None:
        limits = [asked(FIVE, "a"), asked(THREE, "b"), asked(FIVE, "c")]
        with django_assert_num_queries(1):
            take(limits, now=NOON)
        assert RateLimitCount.objects.count() == 3

    def test_the_table_is_unlogged(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'billing_ratelimitcount'")
            assert cursor.fetchone() == ("u",)

    def test_a_counter_is_one_row_for_ever(self) -> None:
        for second in range(0, 600, 7):
            fits(at=second)
        assert RateLimitCount.objects.count() == 1

    def test_counters_nobody_needs_are_swept(self) -> None:
        fits(asked(subject="old"))
        fits(asked(subject="new"), at=100)
        assert on_postgresql.forget_old(now=NOON + timedelta(seconds=119)) == 0
        assert on_postgresql.forget_old(now=NOON + timedelta(seconds=120)) == 1
        assert RateLimitCount.objects.get().key == "five:60:key:new"
        forget_rate_limits()
        assert not RateLimitCount.objects.exists()
