"""The rule behind every limit, by hand and by property: never more than the quota at once, no second quota at the
turn of a window, and whoever waits as long as he was told gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.rate import Count, Limit, standing

TEN = Limit("ten", 10, 60)
START = 1_800_000_000_000 - 1_800_000_000_000 % 60_000


def judged(current: int, previous: int = 0, *, at: float = 0.0, limit: Limit = TEN):
    return standing(limit, Count(START, current, previous), START + int(at * 1000))


@pytest.mark.parametrize(("current", "remaining"), [(1, 9), (2, 8), (9, 1), (10, 0)])
def test_the_quota_fits(current, remaining):
    found = judged(current)
    assert (found.remaining, found.wait, found.reset) == (remaining, 0, 60)


@pytest.mark.parametrize(("at", "wait"), [(0, 66), (1, 65), (30, 36), (59, 7), (59.999, 7)])
def test_one_more_waits_for_the_window_and_for_its_share_of_the_next(at, wait):
    found = judged(11, at=at)
    assert (found.remaining, found.wait, found.reset) == (0, wait, wait)


@pytest.mark.parametrize(
    ("at", "current", "fits"), [(0, 1, False), (6, 1, True), (6, 2, False), (30, 5, True), (30, 6, False), (60, 10, 1)]
)
def test_the_window_before_counts_as_far_as_it_reaches_into_the_last_minute(at, current, fits):
    assert (judged(current, previous=10, at=at).wait == 0) == fits


@pytest.mark.parametrize(("at", "reset"), [(0, 60), (0.5, 60), (1, 59), (59.1, 1), (60, 1)])
def test_the_figures_last_until_the_window_ends(at, reset):
    assert judged(1, at=at).reset == reset


def test_a_clock_that_is_behind_or_far_ahead_breaks_nothing():
    assert judged(1, previous=10, at=-5).wait > 0
    assert judged(1, previous=10, at=600).wait == 0


def test_windows_are_the_same_on_every_machine():
    assert [TEN.window_at(START + ms) for ms in (0, 1, 59_999, 60_000)] == [START, START, START, START + 60_000]


limits = st.builds(Limit, st.just("x"), st.integers(1, 50), st.integers(1, 120))


class Counter:
    """What a store does, in the plainest way."""

    def __init__(self, limit: Limit) -> None:
        self.limit, self.counts = limit, {}

    def take(self, now: int):
        start = self.limit.window_at(now)
        self.counts[start] = self.counts.get(start, 0) + 1
        found = standing(
            self.limit, Count(start, self.counts[start], self.counts.get(start - self.limit.length, 0)), now
        )
        if found.wait:
            self.counts[start] -= 1
        return found


@given(limits, st.lists(st.integers(0, 20_000), max_size=200), st.integers(0, 10**6))
def test_whoever_waits_as_told_gets_through_and_not_two_seconds_earlier(limit, gaps, start):
    counter, now = Counter(limit), start
    for gap in gaps:
        now += gap
        refused = counter.take(now)
        if not refused.wait:
            continue
        if refused.wait > 2:
            assert counter.take(now + (refused.wait - 2) * 1000).wait
        now += refused.wait * 1000
        assert not counter.take(now).wait


@given(limits, st.lists(st.integers(0, 20_000), max_size=300), st.integers(0, 10**6))
def test_no_window_has_more_than_the_quota_and_what_is_left_is_told_truly(limit, gaps, start):
    counter, now = Counter(limit), start
    left = None
    for gap in gaps:
        now += gap
        found = counter.take(now)
        if left is not None and gap == 0 and not found.wait:
            assert found.remaining == left - 1
        left = found.remaining
    assert max(counter.counts.values(), default=0) <= limit.quota
