"""Subscriptions with limits."""

from datetime import UTC, datetime
from typing import Any

from billing.models import Organization, Subscription
from tests.factories import (
    FeatureFactory,
    PlanFactory,
    PlanFeatureFactory,
    PriceFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
)

LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def subscribe(
    organization: Organization,
    start: datetime = LONG_AGO,
    end: datetime = FAR_AHEAD,
    usage_type: str = "licensed",
    **limits: Any,
) -> Subscription:
    """A served subscription in the period [start, end), to a plan with these limits by meter code."""
    plan = PlanFactory()
    for meter_code, limit in limits.items():
        PlanFeatureFactory(plan=plan, feature=FeatureFactory(meter_code=meter_code), limit=limit)
    subscription = SubscriptionFactory(organization=organization, current_period_start=start, current_period_end=end)
    SubscriptionItemFactory(subscription=subscription, price=PriceFactory(plan=plan, usage_type=usage_type))
    return subscription
