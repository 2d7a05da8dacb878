"""What a figure is made of: the rows that sum to it, what was left out and why, and the rule in words.

Pure: takes what held and returns the explanation.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from analytics.fx import Rates
from analytics.metrics.mrr import MICRO, ItemRevenue
from analytics.metrics.rounding import rounded_with_parts
from analytics.standpoint import Standpoint
from billing.domain.money import Money


@dataclass(frozen=True, slots=True)
class Held:
    """An item of a subscription as it stood, and the fact that says so. `plan` is the code, else the product."""

    organization_id: int
    organization: str
    organization_name: str
    subscription: str
    status: str
    plan: str
    source_id: str
    since: datetime
    revenue: ItemRevenue


@dataclass(frozen=True, slots=True)
class Row:
    """`amount` is in the reporting currency, `original` in the subscription's; both a month."""

    held: Held
    amount: Money
    original: Money


@dataclass(frozen=True, slots=True)
class Excluded:
    """Items that do not count, and what they would add if they did (in the reporting currency)."""

    reason: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rows` sum exactly to `value`. `unconverted` rows are in no sum: their currency has no exchange rate."""

    value: Money
    at: Standpoint
    formula: str
    rows: tuple[Row, ...]
    unconverted: tuple[Row, ...]
    excluded: tuple[Excluded, ...]


def explain_mrr(held: Iterable[Held], at: Standpoint, rates: Rates) -> Explanation:
    """`held`: every item of every subscription that had not ended."""
    counted: list[Held] = []
    apart: list[Held] = []
    left_out: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        if one.revenue.reason:
            left_out[one.revenue.reason].append(one)
        elif rates.on(one.revenue.currency, at.day) is None:
            apart.append(one)
        else:
            counted.append(one)
    value, amounts = rounded_with_parts(_converted([(one, one.revenue.mrr) for one in counted], at, rates))
    rows = tuple(
        Row(one, Money(rates.into, amount), original)
        for one, amount, original in zip(counted, amounts, _in_own_currency(counted), strict=True)
    )
    return Explanation(
        value=Money(rates.into, value),
        at=at,
        formula=_formula(rows, Money(rates.into, value)),
        rows=rows,
        unconverted=tuple(Row(one, own, own) for one, own in zip(apart, _in_own_currency(apart), strict=True)),
        excluded=tuple(_excluded(reason, items, at, rates) for reason, items in sorted(left_out.items())),
    )


def _converted(amounts: Iterable[tuple[Held, int]], at: Standpoint, rates: Rates) -> list[Fraction]:
    """Exact minor units of the reporting currency; amounts without an exchange rate are left out."""
    return [
        micro * rate.factor / MICRO
        for held, micro in amounts
        if (rate := rates.on(held.revenue.currency, at.day)) is not None
    ]


def _in_own_currency(held: Sequence[Held]) -> list[Money]:
    """Rounded so that the rows of each currency sum to its rounded total."""
    amounts: list[Money] = [Money(one.revenue.currency, 0) for one in held]
    for currency in {one.revenue.currency for one in held}:
        places = [index for index, one in enumerate(held) if one.revenue.currency == currency]
        _, parts = rounded_with_parts([Fraction(held[index].revenue.mrr, MICRO) for index in places])
        for index, part in zip(places, parts, strict=True):
            amounts[index] = Money(currency, part)
    return amounts


def _excluded(reason: str, held: Sequence[Held], at: Standpoint, rates: Rates) -> Excluded:
    worths = _converted([(one, one.revenue.worth) for one in held], at, rates)
    return Excluded(reason, len(held), Money(rates.into, rounded_with_parts(worths)[0]))


def _formula(rows: Sequence[Row], value: Money) -> str:
    organizations = len({row.held.organization_id for row in rows})
    return (
        f"MRR = sum of the monthly amounts of {len(rows)} items of {organizations} organizations"
        f" = {value.major()} {value.currency.upper()}. Monthly amount = price × quantity, years ÷ 12, weeks × 52 ÷ 12,"
        " days × 365 ÷ 12, less coupons that last forever; active and past due subscriptions count."
    )
