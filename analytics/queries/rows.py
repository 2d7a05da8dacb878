"""What held at a standpoint, item by item."""

from collections.abc import Iterator
from datetime import datetime

from analytics.explain import Explanation, Held, explain_mrr
from analytics.fx import rates_known
from analytics.metrics.mrr import item_revenues
from analytics.metrics.states import ENDED, read_state
from analytics.models import KnownState
from analytics.queries.catalog import plan_codes
from analytics.standpoint import Standpoint, standpoint

CHUNK = 2_000
COLUMNS = (
    "organization_id",
    "organization__public_id",
    "organization__name",
    "subscription_id",
    "change__state",
    "change__source_id",
    "effective_at",
)


def mrr_rows(as_of: datetime, policy: str = "stripe", as_known: datetime | None = None) -> Explanation:
    """The explanation of `mrr` at the same standpoint: rows that sum to it, and what was left out.

    Computed from the facts, not from the ledger: that both agree is the proof of the figure. Raises UnknownPolicy.
    """
    at = standpoint(as_of, policy, as_known)
    return explain_mrr(held_at(at), at, rates_known(at.as_known))


def held_at(at: Standpoint) -> Iterator[Held]:
    """Every item of every subscription that had not ended, in the order of organizations and subscriptions."""
    latest = KnownState.objects.known(as_known=at.as_known).holding(as_of=at.as_of).values("pk")
    states = (
        KnownState.objects.filter(pk__in=latest)
        .exclude(change__state__status__in=sorted(ENDED))
        .order_by("organization_id", "subscription_id")
    )
    plans, switches = plan_codes(), at.policy.switches
    for owner, public_id, name, subscription, state, event_id, since in states.values_list(*COLUMNS).iterator(CHUNK):
        told = read_state(state)
        for revenue in item_revenues(told, switches):
            plan = plans.get(revenue.item.product, revenue.item.product)
            yield Held(owner, public_id, name, subscription, told.status, plan, event_id, since, revenue)
