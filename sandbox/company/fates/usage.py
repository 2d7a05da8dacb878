"""Customers that pay by what they use, and report it each week."""

from sandbox.company.catalog import METER
from sandbox.company.fate import Fate
from sandbox.company.members import Member
from sandbox.company.world import World

_WEEKS = 60


def by_use(world: World, member: Member) -> None:
    world.join(member, member.card)
    requests = world.catalog.price("requests", member.currency)
    world.subscribe(member, world.plan_of(member), requests)


def reports(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(
            "billing/meter_events",
            event_name=METER,
            payload={"stripe_customer_id": member.customer, "value": world.chance.randint(200, 9000)},
        )


FATES = (Fate("pays by use", 3, by_use, tuple((3.0 + 7 * week, reports) for week in range(_WEEKS)), interval="month"),)
