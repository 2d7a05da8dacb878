"""The table of routes: every operation of Stripe's API that the sandbox speaks, an area of nouns a file."""

from collections.abc import Iterator

from sandbox.operations.expand import Include
from sandbox.operations.router import Route
from sandbox.routes import (
    account,
    catalog,
    checkout,
    customers,
    entitlements,
    invoices,
    payments,
    portal,
    schedules,
    searches,
    subscriptions,
    test_helpers,
    usage,
)

AREAS = (
    account,
    catalog,
    customers,
    payments,
    schedules,
    subscriptions,
    invoices,
    test_helpers,
    checkout,
    portal,
    usage,
    entitlements,
    searches,
)
INCLUDES: dict[tuple[str, str], Include] = {
    **catalog.INCLUDES,
    **customers.INCLUDES,
    **payments.INCLUDES,
    **invoices.INCLUDES,
    **checkout.INCLUDES,
    **searches.INCLUDES,
}
"""Fields that are absent unless expanded."""


def routes() -> Iterator[Route]:
    return (Route(*row) for area in AREAS for row in area.ROWS)
