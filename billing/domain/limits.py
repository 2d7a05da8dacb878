"""How much one person may move alone: minor units by currency. Above, a second person approves."""

from collections.abc import Iterable, Mapping

Limits = Mapping[str, int]


def allows(limits: Limits, amount: int, currency: str) -> bool:
    """Whether the amount may be moved alone. A currency without a limit has none to stay within."""
    return amount == 0 or (currency in limits and amount <= limits[currency])


def highest(many: Iterable[Limits]) -> dict[str, int]:
    """What somebody in several groups may: in each currency the most that one of them allows."""
    found: dict[str, int] = {}
    for limits in many:
        for currency, amount in limits.items():
            found[currency] = max(amount, found.get(currency, amount))
    return found


def as_high(limits: Limits, other: Limits, currency: str) -> bool:
    """Whether whoever has `limits` may decide for whoever has `other`."""
    return limits.get(currency, 0) >= other.get(currency, 0)
