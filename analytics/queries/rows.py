"""What held at a standpoint, item by item."""

from collections.abc import Iterator
from datetime import datetime

from analytics.explain import Explanation, Held, explain_mrr
from analytics.fx import rates_known
from analytics.ledger.facts import fact_of
from analytics.ledger.revenues import revenues_under
from analytics.metrics.states import ENDED
from analytics.models import KnownState
from analytics.queries.catalog import plan_codes
from analytics.standpoint import Standpoint, standpoint


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
        .select_related("change", "organization")
        .order_by("organization_id", "subscription_id")
    )
    plans, revenues = plan_codes(), revenues_under(at.policy)
    for known in states:
        for revenue in revenues(fact_of(known.change)):
            yield Held(
                organization_id=known.organization_id,
                organization=known.organization.public_id,
                organization_name=str(known.organization),
                subscription=known.subscription_id,
                status=str(known.change.state["status"]),
                plan=plans.get(revenue.item.product, revenue.item.product),
                source_id=known.change.source_id,
                since=known.effective_at,
                revenue=revenue,
            )
