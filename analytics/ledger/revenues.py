"""A fact's revenues under a policy, computed once."""

from collections.abc import Callable, Sequence

from analytics.ledger.facts import Fact
from analytics.metrics.mrr import ItemRevenue, item_revenues
from analytics.metrics.states import read_state
from analytics.policies import MetricPolicy


def revenues_under(policy: MetricPolicy) -> Callable[[Fact], Sequence[ItemRevenue]]:
    known: dict[int, Sequence[ItemRevenue]] = {}

    def revenues(fact: Fact) -> Sequence[ItemRevenue]:
        if fact.id not in known:
            known[fact.id] = item_revenues(read_state(fact.state), policy.switches)
        return known[fact.id]

    return revenues
