"""The bridge from the MRR at the start of a period to that at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analytics.metrics.rounding import apportion
from billing.domain.money import half_even


class Kind(StrEnum):
    """What a movement meant for the organization, net over a day.

    NEW and REACTIVATION: from nothing, for the first time or again. CHURN: to nothing. EXPANSION and CONTRACTION:
    from something to more or less. PAUSE: what collection pauses took away, or gave back. FX: what changed rates
    did to balances in other currencies.
    """

    NEW = "new"
    EXPANSION = "expansion"
    REACTIVATION = "reactivation"
    CONTRACTION = "contraction"
    CHURN = "churn"
    PAUSE = "pause"
    FX = "fx"


@dataclass(frozen=True, slots=True)
class Steps:
    """Minor units; `start` plus all kinds is `end`, exactly."""

    start: int
    end: int
    by_kind: Mapping[Kind, int]


def steps(start: Fraction, end: Fraction, moved: Mapping[Kind, Fraction]) -> Steps:
    """Close a bridge over exact minor units.

    What the movements do not explain is the work of exchange rates. Balances are rounded half-even, so that the end
    of one period is the start of the next; the kinds are rounded so that they fill the difference.
    """
    exact: dict[Kind, Fraction] = {kind: moved.get(kind, Fraction(0)) for kind in Kind if kind is not Kind.FX}
    exact[Kind.FX] = end - start - sum(exact.values(), Fraction(0))
    first, last = half_even(start), half_even(end)
    return Steps(first, last, dict(zip(exact, apportion(list(exact.values()), last - first), strict=True)))
