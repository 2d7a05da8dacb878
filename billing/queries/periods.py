"""The billing period that an organization is in."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from billing.models import Organization, Subscription


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: [start, end), UTC."""

    start: datetime
    end: datetime


def current_period(organization_id: int, now: datetime) -> Period:
    """That of the served subscription, exact to the second; without one the calendar month in the organization's
    time zone."""
    served = Subscription.objects.served().filter(
        organization_id=organization_id, current_period_start__lte=now, current_period_end__gt=now
    )
    bounds = served.newest_first().values_list("current_period_start", "current_period_end").first()
    if bounds is not None and bounds[0] is not None and bounds[1] is not None:
        return Period(bounds[0], bounds[1])
    zone = Organization.objects.values_list("time_zone", flat=True).get(pk=organization_id)
    return calendar_month(now, ZoneInfo(zone))


def calendar_month(now: datetime, zone: ZoneInfo) -> Period:
    local = now.astimezone(zone)
    start = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    following = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return Period(start.astimezone(ZoneInfo("UTC")), following.astimezone(ZoneInfo("UTC")))
