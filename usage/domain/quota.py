"""What was used against what is included."""

from dataclasses import dataclass
from decimal import Decimal

from usage.domain.quantity import EXACT, ZERO


@dataclass(frozen=True, slots=True)
class Quota:
    """One meter in one period, in the meter's unit. `limit` None is unlimited."""

    meter: str
    used: Decimal
    limit: Decimal | None

    @property
    def overage(self) -> Decimal:
        """What was used beyond the limit."""
        return ZERO if self.limit is None else max(EXACT.subtract(self.used, self.limit), ZERO)

    @property
    def remaining(self) -> Decimal | None:
        """What is left of the limit; None where there is none."""
        return None if self.limit is None else max(EXACT.subtract(self.limit, self.used), ZERO)

    @property
    def exceeded(self) -> bool:
        """The limit itself may be used up; the first unit beyond it exceeds."""
        return self.overage > 0
