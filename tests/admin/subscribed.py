"""A subscription as a verb finds it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from billing.models import Subscription
from tests import factories
from tests.admin.reading import fresh

END = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def subscribed(*prices: dict[str, Any], zone: str = "UTC", quantity: int | None = 1, **fields: Any) -> Subscription:
    organization = factories.OrganizationFactory(time_zone=zone)
    usual = {"current_period_start": END - timedelta(days=30), "current_period_end": END}
    row = factories.SubscriptionFactory(organization=organization, **{**usual, **fields})
    for price in prices or ({"unit_amount": 7900},):
        made = factories.PriceFactory(**price)
        factories.SubscriptionItemFactory(subscription=row, price=made, quantity=quantity)
    found: Subscription = fresh(row)
    return found
