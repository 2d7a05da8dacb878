"""The history itself: sign-ups that grow over the months, and each customer's fate, in the order of time."""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import isqrt
from random import Random

from sandbox.company.calling import Client
from sandbox.company.catalog import publish
from sandbox.company.fate import Action, Fate
from sandbox.company.fates import FATES
from sandbox.company.members import Member, drawn
from sandbox.company.world import DAY, World
from sandbox.money.periods import later

Tell = Callable[[str], None]
Step = tuple[int, int, int, Action]
"""(Unix seconds, number of the customer, number of its step, what is done)."""


def live(client: Client, *, customers: int, months: int, seed: str, start: int, tell: Tell) -> World:
    """Lives `months` from `start` (Unix seconds) on, with this many customers; the clock stands at the end after."""
    chance = Random(seed)  # noqa: S311 - a story, not a secret
    end = later(start, "month", months)
    world = World(client, publish(client), chance, start)
    steps = list(_steps(world, _drawn_members(world, customers, start, end)))
    heapq.heapify(steps)
    reports = [later(start, "month", month) for month in range(1, months + 1)]
    while steps and steps[0][0] < end:
        moment, index, _, action = heapq.heappop(steps)
        while reports and reports[0] <= moment:
            _pass(world, reports.pop(0), tell)
        world.advance_to(moment)
        action(world, world.members[index])
    for moment in reports:
        _pass(world, moment, tell)
    return world


def _pass(world: World, moment: int, tell: Tell) -> None:
    """The end of a month."""
    world.advance_to(moment)
    joined = sum(bool(member.customer) for member in world.members)
    tell(f"{_day(moment)}: {joined} customers, {world.client.calls} requests")


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _drawn_members(world: World, customers: int, start: int, end: int) -> list[tuple[Member, Fate]]:
    """Sign-ups rise evenly with time: at the end of the span three times as many come as at its start."""
    span, made = (end - start) * 19 // 20, []
    for index, fate in zip(range(customers), _fates(world.chance), strict=False):
        moment = start + _when(index, customers, span) + world.chance.randint(0, DAY // 2)
        member = drawn(world.chance, index, moment, fate.currency)
        member.plan, member.interval = fate.plan or member.plan, fate.interval or member.interval
        world.members.append(member)
        made.append((member, fate))
    return made


def _when(index: int, customers: int, span: int) -> int:
    """Seconds after the start at which the share index / customers of all has come: the t for which (t + t * t) / 2
    is that share of the span, in whole numbers."""
    return (isqrt(span * span + 8 * index * span * span // customers) - span) // 2


def _fates(chance: Random) -> Iterator[Fate]:
    """Each fate once, so that a small company has all of them, then decks by weight, shuffled."""
    yield from sorted(FATES, key=_length, reverse=True)
    while True:
        deck = [fate for fate in FATES for _ in range(fate.weight)]
        chance.shuffle(deck)
        yield from deck


def _length(fate: Fate) -> float:
    """Days until a fate has run its course; half a year where nothing is planned."""
    return max((days for days, _ in fate.steps), default=180)


def _steps(world: World, members: list[tuple[Member, Fate]]) -> Iterator[Step]:
    for member, fate in members:
        yield member.joined, member.index, 0, fate.join
        for number, (days, action) in enumerate(fate.steps, 1):
            yield member.joined + int(days * DAY), member.index, number, action
