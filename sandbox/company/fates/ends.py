"""Cancellations: at the period's end, at a date, at once with credit, taken back; and customers that are deleted."""

from sandbox.company.fate import Fate
from sandbox.company.members import Member
from sandbox.company.world import DAY, World


def at_the_end(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(
            f"subscriptions/{member.subscription}",
            cancel_at_period_end=True,
            cancellation_details={"feedback": "too_expensive", "comment": "Our budget was cut."},
        )


def stays_after_all(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(f"subscriptions/{member.subscription}", cancel_at_period_end=False)


def at_a_date(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.post(f"subscriptions/{member.subscription}", cancel_at=world.now + 45 * DAY)


def at_once(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.delete(f"subscriptions/{member.subscription}", prorate=True, invoice_now=True)


def just_so(world: World, member: Member) -> None:
    if world.subscription(member):
        world.client.delete(f"subscriptions/{member.subscription}")


def forgotten(world: World, member: Member) -> None:
    """The customer is deleted, and with it what it subscribed to."""
    world.client.delete(f"customers/{member.customer}")
    member.subscription = ""


def comes_back(world: World, member: Member) -> None:
    world.subscribe(member, world.plan_of(member, "starter", "month"))


FATES = (
    Fate("leaves at the period's end", 3, steps=((80, at_the_end),), interval="month"),
    Fate("leaves, then stays", 1, steps=((61, at_the_end), (70, stays_after_all))),
    Fate("leaves at a date", 1, steps=((50, at_a_date),), interval="month"),
    Fate("leaves at once with credit", 1, steps=((76, at_once),)),
    Fate("leaves and comes back", 1, steps=((55, just_so), (120, comes_back)), interval="month"),
    Fate("is deleted", 1, steps=((95, forgotten),)),
)
