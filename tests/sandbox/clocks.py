"""Test clocks in tests: made, advanced and waited for."""

import stripe

from tests.sandbox.scenes import START, Account

POLLS = 20_000


def new_clock(account: Account, frozen_time: int = START, **fields: object) -> stripe.test_helpers.TestClock:
    return account.v1.test_helpers.test_clocks.create({"frozen_time": frozen_time, **fields})


def customer_on(account: Account, clock: stripe.test_helpers.TestClock, card: str = "pm_card_visa") -> stripe.Customer:
    return account.customer(card, test_clock=clock.id)


def advance(account: Account, clock: stripe.test_helpers.TestClock, to: int) -> stripe.test_helpers.TestClock:
    """Advances and asks until the clock has arrived."""
    account.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": to})
    return arrived(account, clock)


def arrived(account: Account, clock: stripe.test_helpers.TestClock) -> stripe.test_helpers.TestClock:
    for _ in range(POLLS):
        found = account.v1.test_helpers.test_clocks.retrieve(clock.id)
        if found.status != "advancing":
            return found
    raise AssertionError(f"{clock.id} does not arrive")
