"""Lives that are in the ledger."""

from typing import Any

from analytics.ledger.fold import fold
from analytics.queries import Bridge, Movements
from billing.models import Organization
from tests.analytics.lives import Life, record_all

KINDS = ("new", "expansion", "reactivation", "contraction", "churn", "pause", "fx")


def in_ledger(*lives: Life, owner: Organization | None = None) -> Organization:
    """Record the facts of one organization and fold them."""
    for life in lives:
        owner = record_all(life, owner)
    fold([life.subscription_id for life in lives])
    assert owner is not None
    return owner


def moved(bridge: Bridge) -> dict[str, int]:
    """The kinds that are not 0, in minor units."""
    return {kind: amount for kind in KINDS if (amount := getattr(bridge, kind).amount)}


def by_period(found: Movements) -> dict[str, dict[str, int]]:
    return {bridge.period.name: moved(bridge) for bridge in found.bridges if moved(bridge)}


def amounts(rows: list[dict[str, Any]], key: str = "amount") -> int:
    """The sum of JSON money."""
    return sum(row[key]["amount"] for row in rows)
