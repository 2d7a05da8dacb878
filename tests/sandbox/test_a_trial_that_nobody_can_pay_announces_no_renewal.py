"""`invoice.upcoming` tells of a renewal that will be; a trial that will end or pause for want of a card has none."""

import pytest

from tests.sandbox.scenes import DAY, Account


@pytest.mark.parametrize("behavior", ["cancel", "pause"])
def test_nothing_is_announced_and_nothing_fails(account: Account, behavior: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    account.subscribe(card=None, trial_period_days=20, trial_settings=settings)
    assert account.control("clock", {"advance": 19 * DAY})["failed"] == []
    assert "invoice.upcoming" not in account.event_types()


def test_a_renewal_is_announced_a_week_before(account: Account) -> None:
    account.subscribe(trial_period_days=20)
    account.advance(13 * DAY)
    assert account.event_types()[-1] == "invoice.upcoming"
