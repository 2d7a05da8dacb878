"""A fate: how a customer signs up, and what it does or suffers afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.company.calling import Json
from sandbox.company.members import Member
from sandbox.company.world import World

Action = Callable[[World, Member], None]
Terms = Callable[[World, Member], Json]


def sign_up(world: World, member: Member) -> None:
    """The ordinary way: a card, and a subscription to the plan."""
    world.join(member, member.card)
    world.subscribe(member, world.plan_of(member))


@dataclass(frozen=True)
class Fate:
    """`steps`: (days after the sign-up, action). `weight`: how often among a deck of customers. `plan`,
    `interval` and `currency` are fixed where the fate needs them."""

    name: str
    weight: int = 1
    join: Action = sign_up
    steps: tuple[tuple[float, Action], ...] = field(default=())
    plan: str | None = None
    interval: str | None = None
    currency: str | None = None
