"""The ledger's self-check: every subscription computed afresh, policy by policy."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import structlog

from analytics.ledger.rebuild import Difference, batches, correct, differences, replace
from analytics.policies import POLICIES, MetricPolicy

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """`written` counts movements that were added; what differs and was not corrected stays a difference."""

    subscriptions: int = 0
    written: int = 0
    differences: list[Difference] = field(default_factory=list)


Progress = Callable[[Outcome], None]


def check_all(
    *,
    correcting: bool = False,
    replacing: bool = False,
    policies: Iterable[MetricPolicy] = POLICIES,
    progress: Progress = lambda outcome: None,
) -> Outcome:
    """Compare the ledger with its facts; add what is missing where `correcting`, write it anew where `replacing`.

    Each batch of subscriptions is a transaction of its own, beside the workers' folds; it may be broken off and
    begun again. `progress` is called after each batch.
    """
    outcome = Outcome()
    for policy, ids in _work(policies):
        found = differences(ids, policy)
        if found:
            logger.warning("ledger_differs", policy=policy.key, places=len(found), correcting=correcting)
        outcome.subscriptions += len(ids)
        outcome.differences += found
        if replacing:
            outcome.written += replace(ids, policy)
        elif correcting and found:
            outcome.written += correct(ids, policy)
        progress(outcome)
    return outcome


def _work(policies: Iterable[MetricPolicy]) -> Iterator[tuple[MetricPolicy, list[str]]]:
    for policy in policies:
        for ids in batches():
            yield policy, ids
