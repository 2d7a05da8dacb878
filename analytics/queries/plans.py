"""MRR by plan."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Sum

from analytics.fx import rates_known
from analytics.metrics.mrr import MICRO
from analytics.metrics.rounding import rounded_with_parts
from analytics.queries.catalog import plan_codes, plan_names
from analytics.queries.figure import ledger_at
from analytics.standpoint import Standpoint, standpoint
from billing.domain.money import Money


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """`subscribers`: organizations with MRR from this plan. `plan` is the code, or the product id where the catalog
    has no plan for it."""

    plan: str
    name: str
    mrr: Money
    subscribers: int


def mrr_by_plan(as_of: datetime, policy: str = "stripe", as_known: datetime | None = None) -> list[PlanFigure]:
    """Largest first, in the reporting currency; sums exactly to `mrr` at the same standpoint. Currencies without an
    exchange rate are in neither. Raises UnknownPolicy."""
    at = standpoint(as_of, policy, as_known)
    rates, names = rates_known(at.as_known), plan_names()
    exact: dict[str, Fraction] = defaultdict(Fraction)
    subscribers: dict[str, set[int]] = defaultdict(set)
    for organization, plan, currency, micro in _sums(at):
        if rate := rates.on(currency, at.day):
            exact[plan] += micro * rate.factor / MICRO
            subscribers[plan].add(organization)
    _, amounts = rounded_with_parts(list(exact.values()))
    figures = [
        PlanFigure(plan, names.get(plan, plan), Money(rates.into, amount), len(subscribers[plan]))
        for plan, amount in zip(exact, amounts, strict=True)
    ]
    return sorted(figures, key=lambda figure: (-figure.mrr.amount, figure.plan))


def _sums(at: Standpoint) -> list[tuple[int, str, str, int]]:
    """(organization, plan, currency, micro-minor-units), where there is any."""
    codes = plan_codes()
    rows = (
        ledger_at(at)
        .values_list("organization_id", "product_id", "currency")
        .annotate(total=Sum("delta_micro"))
        .exclude(total=0)
        .order_by("product_id", "currency", "organization_id")
    )
    return [(owner, codes.get(product, product), currency, int(total)) for owner, product, currency, total in rows]
