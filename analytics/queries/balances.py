"""From period to period with the balance of every currency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from analytics.fx import Rate, Rates
from analytics.metrics.bridge import Kind, steps
from analytics.metrics.calendar import Period
from analytics.metrics.mrr import MICRO
from analytics.queries.classified import Moved
from billing.domain.money import Money


@dataclass(frozen=True, slots=True)
class Bridge:
    """start + new + expansion + reactivation + contraction + churn + pause + fx = end, exactly; losses negative."""

    period: Period
    start: Money
    new: Money
    expansion: Money
    reactivation: Money
    contraction: Money
    churn: Money
    pause: Money
    fx: Money
    end: Money


class Balances:
    """Balances are converted at the rate of the last day of a period (of `today` in the running one), movements at
    that of their own day; the fx row closes the bridge. `unconverted` gathers currencies that lacked a rate: they
    are worth nothing for as long."""

    def __init__(self, rates: Rates, opening: Iterable[Moved], *, today: date) -> None:
        self.unconverted: set[str] = set()
        self._rates = rates
        self._today = today
        self._micro: dict[str, int] = defaultdict(int)
        for before in opening:
            self._micro[before.currency] += before.micro
        self._value: Fraction | None = None

    def bridge(self, period: Period, moved: Sequence[Moved]) -> Bridge:
        """Call it with one period after the other."""
        start = self._worth(period.first - timedelta(days=1)) if self._value is None else self._value
        by_kind = self._by_kind(moved)
        for one in moved:
            self._micro[one.currency] += one.micro
        self._value = self._worth(min(period.last, self._today))
        return self._in_money(period, start, self._value, by_kind)

    def _by_kind(self, moved: Sequence[Moved]) -> dict[Kind, Fraction]:
        """Summed by rate before it is multiplied: fractions are slow, and a rate lasts."""
        rates: dict[tuple[str, date | None], Fraction] = {}
        sums: dict[tuple[Kind, str, date | None], int] = defaultdict(int)
        for one in moved:
            if one.kind and one.day and (rate := self._rate(one.currency, one.micro, one.day)):
                sums[one.kind, one.currency, rate.day] += one.micro
                rates[one.currency, rate.day] = rate.factor
        by_kind: dict[Kind, Fraction] = defaultdict(Fraction)
        for (kind, currency, day), micro in sums.items():
            by_kind[kind] += micro * rates[currency, day] / MICRO
        return by_kind

    def _worth(self, day: date) -> Fraction:
        """All balances in exact minor units of the reporting currency."""
        rates = ((micro, self._rate(currency, micro, day)) for currency, micro in self._micro.items())
        return sum((micro * rate.factor / MICRO for micro, rate in rates if rate), Fraction(0))

    def _rate(self, currency: str, micro: int, day: date) -> Rate | None:
        rate = self._rates.on(currency, day)
        if rate is None and micro:
            self.unconverted.add(currency)
        return rate

    def _in_money(self, period: Period, start: Fraction, end: Fraction, by_kind: Mapping[Kind, Fraction]) -> Bridge:
        closed = steps(start, end, by_kind)
        amounts = {"start": closed.start, "end": closed.end, **{str(kind): n for kind, n in closed.by_kind.items()}}
        return Bridge(period=period, **{name: Money(self._rates.into, n) for name, n in amounts.items()})
