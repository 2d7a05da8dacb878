"""The kinds of due work, by name: what the clock does when their moment comes."""

from sandbox.engine import Work
from sandbox.works import (
    account,
    checkout,
    discounts,
    invoices,
    payments,
    schedules,
    subscriptions,
    test_clocks,
    usage,
)

WORKS: dict[str, Work] = {
    **account.WORKS,
    **invoices.WORKS,
    **payments.WORKS,
    **schedules.WORKS,
    **subscriptions.WORKS,
    **test_clocks.WORKS,
    **checkout.WORKS,
    **discounts.WORKS,
    **usage.WORKS,
}
