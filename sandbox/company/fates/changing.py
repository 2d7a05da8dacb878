"""Changes in the middle of a period: other plans, other intervals, other quantities."""

from sandbox.company.fate import Action, Fate
from sandbox.company.fates.plain import with_seats
from sandbox.company.members import Member
from sandbox.company.world import World


def moves_to(plan: str, behavior: str, interval: str | None = None) -> Action:
    """The first item goes to another plan's price."""

    def move(world: World, member: Member) -> None:
        subscription = world.subscription(member)
        if subscription is None:
            return
        item = subscription["items"]["data"][0]["id"]
        wanted = world.plan_of(member, plan, interval or member.interval)
        world.client.post(
            f"subscriptions/{member.subscription}",
            items=[{"id": item, "price": wanted}],
            proration_behavior=behavior,
        )

    return move


def seats_change(world: World, member: Member) -> None:
    subscription = world.subscription(member)
    if subscription is None:
        return
    seats = world.catalog.price("seats", member.currency)
    for item in subscription["items"]["data"]:
        if item["price"]["id"] == seats:
            wanted = max(1, item["quantity"] + world.chance.randint(-4, 7))
            world.client.post(f"subscription_items/{item['id']}", quantity=wanted)


FATES = (
    Fate("upgrade", 3, steps=((47, moves_to("premium", "always_invoice")),), plan="starter", interval="month"),
    Fate(
        "upgrade twice",
        1,
        steps=((20, moves_to("premium", "create_prorations")), (75, moves_to("enterprise", "always_invoice"))),
        plan="starter",
        interval="month",
    ),
    Fate("downgrade", 2, steps=((50, moves_to("starter", "create_prorations")),), plan="premium", interval="month"),
    Fate("downgrade without credit", 1, steps=((70, moves_to("starter", "none")),), plan="enterprise"),
    Fate(
        "to the year",
        1,
        steps=((64, moves_to("premium", "create_prorations", "year")),),
        plan="premium",
        interval="month",
    ),
    Fate(
        "seats come and go",
        2,
        with_seats,
        tuple((days, seats_change) for days in (18, 40, 66, 103, 131)),
        interval="month",
    ),
)
