"""A Stripe that is down must neither be hammered nor forgotten: the pauses double, to a day, and then end."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.retry import FIRST_DELAY, LONGEST_DELAY, MAX_ATTEMPTS, delay_after, is_exhausted

attempts = st.integers(min_value=1, max_value=10**6)
jitters = st.floats(min_value=0, max_value=1, exclude_max=True)


@pytest.mark.parametrize(
    ("after", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (11, 1024), (12, 1440), (13, 1440), (500, 1440)],
)
def test_each_pause_is_twice_the_one_before_and_at_most_a_day(after: int, minutes: int) -> None:
    whole = timedelta(minutes=minutes)
    assert delay_after(after, jitter=0) == whole / 2
    assert delay_after(after, jitter=0.5) == whole * 3 / 4


@given(attempts, jitters)
def test_a_pause_is_never_shorter_than_half_of_it_nor_longer_than_the_longest(after: int, jitter: float) -> None:
    pause = delay_after(after, jitter=jitter)
    assert FIRST_DELAY / 2 <= pause <= LONGEST_DELAY
    assert delay_after(after, jitter=0) <= pause <= 2 * delay_after(after, jitter=0)


@given(attempts, jitters)
def test_more_attempts_never_wait_less(after: int, jitter: float) -> None:
    assert delay_after(after, jitter=jitter) <= delay_after(after + 1, jitter=jitter)


def test_what_failed_together_comes_back_apart() -> None:
    pauses = {delay_after(5, jitter=part / 10) for part in range(10)}
    assert len(pauses) == 10


@pytest.mark.parametrize("odd", [0, -1, -(10**9)])
def test_a_count_that_cannot_be_waits_as_after_the_first(odd: int) -> None:
    assert delay_after(odd, jitter=0) == delay_after(1, jitter=0)


def test_work_is_given_up_after_the_last_attempt_and_not_before() -> None:
    assert [number for number in range(MAX_ATTEMPTS + 3) if is_exhausted(number)] == [12, 13, 14]


def test_giving_up_takes_longer_than_a_night() -> None:
    """Whoever is paged in the evening can repair it in the morning and finds all work still waiting."""
    shortest = sum((delay_after(number, jitter=0) for number in range(1, MAX_ATTEMPTS)), timedelta())
    assert shortest > timedelta(hours=12)
