"""Which of several facts of one second came last.

Stripe's times have a resolution of one second, and arrival never decides: the order is a pure function of the set
of facts, so that any order of delivery ends in the same ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from analytics.ledger.facts import Fact
from analytics.ledger.likeness import Likeness, likeness, previous_likeness
from billing.domain.ordering import Order, Version, compare

LONGEST_CHAIN = 7
_SIGNS = {Order.NEWER: 1, Order.OLDER: -1}


@dataclass(frozen=True, slots=True)
class _Link:
    """A fact with what its object looked like after and before; `before` None: not told."""

    fact: Fact
    life: int
    after: Likeness
    before: Likeness | None

    def follows(self, current: Likeness | None) -> bool:
        return self.before is None or current is None or self.before == current

    def version(self) -> Version:
        return Version(
            self.after,
            int(self.fact.effective_at.timestamp()),
            self.fact.event_type,
            previous_likeness(self.fact.previous),
        )


def last_of(facts: Sequence[Fact], prior: Fact | None) -> Fact:
    """The fact whose state holds after the instant that all of `facts` share.

    `prior` is what held before it. Events say what they changed from (`previous_attributes`), so they are laid end
    to end from there; where no chain fits (an event is missing), by the rules of `billing.domain.ordering`, and
    where those cannot tell, by the event's id.
    """
    if len(facts) == 1:
        return facts[0]
    links = sorted((_link(fact) for fact in facts), key=lambda link: (link.life, link.fact.source_id))
    changing = [link for link in links if link.before != link.after]
    chain = _chain_from(prior, changing) if len(changing) <= LONGEST_CHAIN else None
    return (chain or sorted(links, key=cmp_to_key(_compare)))[-1].fact


def _chain_from(prior: Fact | None, links: list[_Link]) -> list[_Link] | None:
    """From what held before; from anywhere, where the event that led there is missing."""
    start = likeness(prior.state) if prior else None
    return _chain(links, start) or _chain(links, None)


def _link(fact: Fact) -> _Link:
    after = likeness(fact.state)
    before = {**after, **previous_likeness(fact.previous)} if fact.previous else None
    return _Link(fact, _life(fact.event_type), after, before)


def _life(event_type: str) -> int:
    if event_type.endswith(".deleted"):
        return 2
    return 0 if event_type.endswith(".created") else 1


def _chain(links: list[_Link], current: Likeness | None) -> list[_Link] | None:
    """The links in an order in which each follows the one before it; None where there is none."""
    if not links:
        return []
    for link in links:
        if link.life == links[0].life and link.follows(current):
            rest = _chain([other for other in links if other is not link], link.after)
            if rest is not None:
                return [link, *rest]
    return None


def _compare(one: _Link, other: _Link) -> int:
    return _SIGNS.get(compare(one.version(), other.version()), 0)
