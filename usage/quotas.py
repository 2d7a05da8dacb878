"""What an organization used in its billing period, against what its plan includes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.queries.periods import current_period
from billing.queries.plans import limits_of
from usage.aggregate import used_by_meter
from usage.domain.quota import Quota
from usage.domain.windows import Window
from usage.models.meter import Meter
from usage.queries import meters


@dataclass(frozen=True, slots=True)
class PeriodUsage:
    """Every meter's quota in one period. `limited`: the meters that the plan names, with a limit or unlimited."""

    period: Window
    quotas: Sequence[Quota]
    limited: frozenset[str]


def period_usage(organization_id: int, now: datetime) -> PeriodUsage:
    """The usage of the current billing period, exact to the second of its bounds.

    A meter that the plan does not name has no limit: what the plan does not promise, it does not cap.
    """
    return _usage(organization_id, meters(), now)


def is_over(organization_id: int, meter_code: str, now: datetime) -> bool:
    """Whether the organization used more of the meter than its plan includes in the current period."""
    meter = [one for one in meters() if one.code == meter_code]
    return any(quota.exceeded for quota in _usage(organization_id, meter, now).quotas)


def _usage(organization_id: int, counted: Sequence[Meter], now: datetime) -> PeriodUsage:
    period = current_period(organization_id, now)
    window = Window(period.start, period.end)
    limits = limits_of(organization_id)
    used = used_by_meter(organization_id, counted, window)
    quotas = [Quota(meter.code, total, limits.get(meter.code)) for meter, total in zip(counted, used, strict=True)]
    return PeriodUsage(window, quotas, frozenset(limits))
