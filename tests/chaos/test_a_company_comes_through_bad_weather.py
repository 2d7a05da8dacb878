"""Webhooks lost, doubled and out of order, processes killed, Stripe failing: afterwards all is right, and stays so.

One fixed seed; other seeds and more events by `python -m tests.chaos --seed N`.
"""

import sys

import pytest

from tests.chaos.driver import CALLS_PER_OBJECT, run

SEED = 1


@pytest.mark.processes
@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_is_done_twice(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(seed=SEED, customers=38, months=1, seconds=8)
    with capsys.disabled():
        sys.stdout.write(f"\n{report.line()}\n")
    assert report.kills["worker"] >= 3
    assert report.kills["postgres"] == 1
    assert report.verdict.problems == {}
    assert report.second["healed"] == 0
    assert report.calls_per_object <= CALLS_PER_OBJECT
