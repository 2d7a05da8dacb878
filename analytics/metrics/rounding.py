"""Rounding that keeps sums: parts are rounded so that they add up to the rounded whole."""

from collections.abc import Sequence
from fractions import Fraction

from billing.domain.money import half_even


def apportion(exact: Sequence[Fraction], total: int) -> list[int]:
    """Integers next to `exact` that sum to `total`.

    Each part is rounded half-even; what is missing to `total` goes, one unit each, to the parts that rounding
    moved furthest the other way (largest remainder, earlier parts first). Parts that are exactly 0 stay 0.
    Raises ValueError where `total` is further from the parts than rounding explains.
    """
    parts = [half_even(value) for value in exact]
    missing = total - sum(parts)
    step = 1 if missing > 0 else -1
    candidates = sorted(
        (index for index, value in enumerate(exact) if value),
        key=lambda index: (step * (parts[index] - exact[index]), index),
    )
    if abs(missing) > len(candidates):
        raise ValueError(f"{total} is not the rounded sum of {len(exact)} parts")
    for index in candidates[: abs(missing)]:
        parts[index] += step
    return parts


def rounded_with_parts(exact: Sequence[Fraction]) -> tuple[int, list[int]]:
    """The rounded sum, and its parts rounded so that they sum to it."""
    total = half_even(sum(exact, Fraction(0)))
    return total, apportion(exact, total)
