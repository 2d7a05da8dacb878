"""One step of knowledge: what a subscription's facts ask for, less what its ledger says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from analytics.ledger.facts import Fact
from analytics.ledger.movements import Place, Wanted, wanted_movements
from analytics.ledger.ordering import last_of
from analytics.metrics.mrr import ItemRevenue
from analytics.models.mrr_movement import Cause

Revenues = Callable[[Fact], Sequence[ItemRevenue]]


@dataclass(slots=True)
class Book:
    """What is written for one subscription: the fact that holds from each instant on, and the netted movements."""

    states: dict[datetime, int] = field(default_factory=dict)
    nets: dict[Place, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Additions:
    states: tuple[Fact, ...]
    movements: tuple[tuple[Place, Wanted], ...]

    def __bool__(self) -> bool:
        return bool(self.states or self.movements)


def advance(facts: Iterable[Fact], book: Book, *, revenues: Revenues, zone: ZoneInfo) -> Additions:
    """What has to be added to `book` so that it says what `facts` say. `book` itself is left as it is."""
    history = states_of(facts)
    wanted = dict(wanted_movements([(fact, revenues(fact)) for fact in history], zone))
    return Additions(
        tuple(fact for fact in history if book.states.get(fact.effective_at) != fact.id),
        tuple(_differences(wanted, book.nets, latest=history[-1].id if history else 0)),
    )


def states_of(facts: Iterable[Fact]) -> list[Fact]:
    """The last fact of each instant, in order of time."""
    history: list[Fact] = []
    for _, instant in groupby(sorted(facts, key=_when), key=attrgetter("effective_at")):
        history.append(last_of(list(instant), history[-1] if history else None))
    return history


def _when(fact: Fact) -> tuple[datetime, str]:
    return fact.effective_at, fact.source_id


def _differences(
    wanted: Mapping[Place, Wanted], nets: Mapping[Place, int], *, latest: int
) -> Iterable[tuple[Place, Wanted]]:
    for place, movement in wanted.items():
        if delta := movement.delta - nets.get(place, 0):
            cause = Cause.CORRECTION if nets.get(place) else movement.cause
            yield place, Wanted(delta, cause, movement.change_id)
    for place, net in nets.items():
        if net and place not in wanted:
            yield place, Wanted(-net, Cause.CORRECTION, latest)


def add_to(book: Book, additions: Additions) -> None:
    for fact in additions.states:
        book.states[fact.effective_at] = fact.id
    for place, movement in additions.movements:
        book.nets[place] = book.nets.get(place, 0) + movement.delta
