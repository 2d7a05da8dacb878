"""The choices on which vendors of billing software differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """How a state becomes monthly recurring revenue.

    `counted`: statuses that count. `pausing`: behaviours of `pause_collection` that take the revenue away while
    they last; other behaviours count on. `durations`: which coupons are subtracted, by Stripe's `duration`.
    `weeks_in_year`, `days_in_year`: the factors of weekly and daily prices, divided by 12.
    """

    counted: frozenset[str] = frozenset({"active", "past_due"})
    pausing: frozenset[str] = frozenset({"void", "mark_uncollectible"})
    durations: frozenset[str] = frozenset({"forever"})
    weeks_in_year: int = 52
    days_in_year: int = 365
