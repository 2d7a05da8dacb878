"""The two times of every figure."""

from dataclasses import dataclass
from datetime import date, datetime

from analytics.ledger.fold import reporting_zone
from analytics.ledger.knowledge import settled_now
from analytics.policies import MetricPolicy, policy_named


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What held at `as_of`, by what was known at `as_known`, counted under `policy`.

    A figure asked for again from the same standpoint is the same, byte for byte, whatever arrived since.
    """

    as_of: datetime
    as_known: datetime
    policy: MetricPolicy

    @property
    def day(self) -> date:
        """The date of `as_of` in the reporting zone, whose exchange rates apply."""
        return self.as_of.astimezone(reporting_zone()).date()


def standpoint(as_of: datetime, policy: str = "stripe", as_known: datetime | None = None) -> Standpoint:
    """`as_known` is now where it is not given. Raises UnknownPolicy."""
    return Standpoint(as_of, as_known or settled_now(), policy_named(policy))
