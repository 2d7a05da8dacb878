"""Reads of meters and of what decides a price."""

from billing.domain.states import SERVED
from billing.models.subscription import Subscription, SubscriptionItem
from usage.models.meter import Meter


class UnknownMeter(LookupError):
    """There is no meter with this code."""

    code = "unknown_meter"


def meters() -> list[Meter]:
    return list(Meter.objects.order_by("code"))


def the_meter(code: str) -> Meter:
    """Raises UnknownMeter."""
    meter = Meter.objects.filter(code=code).first()
    if meter is None:
        raise UnknownMeter(f"There is no meter {code}; GET usage/meters lists them.")
    return meter


def pays_by_usage(organization_id: int) -> bool:
    """Whether a served subscription has a metered price, so that usage costs something."""
    served = SubscriptionItem.objects.filter(organization_id=organization_id, subscription__status__in=SERVED)
    return served.filter(price__usage_type="metered").exists()


def served_subscription(organization_id: int) -> Subscription | None:
    """The newest one that grants access now, with its items, prices and plans."""
    served = Subscription.objects.served().filter(organization_id=organization_id)
    return served.prefetch_related("items__price__plan").newest_first().first()
