"""How many times a month an item is charged, as an exact fraction."""

from fractions import Fraction

from analytics.metrics.states import Item
from analytics.metrics.switches import Switches

NEVER = Fraction(0)


def times_a_month(item: Item, switches: Switches) -> Fraction:
    """1/n for n months, 1/12n for n years, 52/12n for n weeks, 365/12n for n days; 0 for one-time prices."""
    per_year = {
        "month": 12,
        "year": 1,
        "week": switches.weeks_in_year,
        "day": switches.days_in_year,
    }.get(item.interval)
    return Fraction(per_year, 12 * item.interval_count) if per_year else NEVER
