"""From the states of one subscription to the movements that they ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analytics.ledger.causes import cause_of
from analytics.ledger.facts import Fact
from analytics.metrics.mrr import ItemRevenue
from analytics.models.mrr_movement import Part


@dataclass(frozen=True, slots=True)
class Line:
    """What a movement moves: the recurring amount of one price of one item, or what a pause takes from it."""

    item: str
    price: str
    product: str
    currency: str
    part: str


@dataclass(frozen=True, slots=True)
class Place:
    """A line at an instant; `day` is that of `effective_at` in the reporting zone."""

    line: Line
    effective_at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """`delta` in micro-minor-units; `change_id` is the fact that brought it about."""

    delta: int
    cause: str
    change_id: int


def wanted_movements(
    history: Sequence[tuple[Fact, Sequence[ItemRevenue]]], zone: ZoneInfo
) -> Iterator[tuple[Place, Wanted]]:
    """The movements of a subscription from its states in order of time, each the last of its instant."""
    before: dict[Line, int] = {}
    known: dict[str, ItemRevenue] = {}
    for fact, revenues in history:
        after = _lines(revenues)
        now_known = {revenue.item.id: revenue for revenue in revenues}
        day = fact.effective_at.astimezone(zone).date()
        for line in sorted(before.keys() | after.keys(), key=lambda line: (line.item, line.price, line.part)):
            delta = after.get(line, 0) - before.get(line, 0)
            if delta:
                cause = cause_of(line.item, line.part, delta, known, now_known)
                yield Place(line, fact.effective_at, day), Wanted(delta, cause, fact.id)
        before, known = after, now_known


def _lines(revenues: Sequence[ItemRevenue]) -> dict[Line, int]:
    lines: dict[Line, int] = {}
    for revenue in revenues:
        for part, amount in ((Part.RECURRING, revenue.recurring), (Part.PAUSE, -revenue.paused)):
            if amount:
                item = revenue.item
                line = Line(item.id, item.price, item.product, revenue.currency, str(part))
                lines[line] = lines.get(line, 0) + amount
    return lines
