"""Changes that are planned ahead, by subscription schedules."""

from typing import Any

from sandbox.company.fate import Fate
from sandbox.company.members import Member
from sandbox.company.world import DAY, World


def down_at_renewal(world: World, member: Member) -> None:
    """A schedule from the subscription: the cheaper plan from the next period on."""
    subscription = world.subscription(member)
    if subscription is None or subscription["schedule"]:
        return
    made = world.client.post("subscription_schedules", from_subscription=member.subscription)
    (present,) = made["phases"]
    kept = [{"price": item["price"], "quantity": item["quantity"]} for item in present["items"]]
    dates = {"start_date": present["start_date"], "end_date": present["end_date"]}
    later = phase(world.plan_of(member, "starter"), 2)
    world.client.post(f"subscription_schedules/{made['id']}", phases=[{"items": kept, **dates}, later])


def phase(price: str, months: int, **fields: Any) -> dict[str, Any]:
    lasting = {"interval": "month", "interval_count": months}
    return {"items": [{"price": price}], "duration": lasting, **fields}


def in_steps(world: World, member: Member) -> None:
    """A month for free, three of the smaller plan, then the larger one; it starts in ten days."""
    world.join(member, member.card)
    small, large = world.plan_of(member, "starter"), world.plan_of(member, "premium")
    member.kept["schedule"] = world.client.post(
        "subscription_schedules",
        customer=member.customer,
        start_date=world.now + 10 * DAY,
        phases=[phase(small, 1, trial=True), phase(small, 3), phase(large, 2)],
    )["id"]


def for_a_while(world: World, member: Member) -> None:
    """Four months from now on, and no more."""
    world.join(member, member.card)
    fee = world.catalog.price("set-up", member.currency, "once")
    only = phase(world.plan_of(member), 4, add_invoice_items=[{"price": fee}])
    world.client.post(
        "subscription_schedules", customer=member.customer, start_date="now", phases=[only], end_behavior="cancel"
    )


def let_go(world: World, member: Member) -> None:
    """The plan is dropped before it comes true; the subscription stays as it is."""
    schedule = member.kept["schedule"]
    if world.client.get(f"subscription_schedules/{schedule}")["status"] == "active":
        world.client.post(f"subscription_schedules/{schedule}/release")


FATES = (
    Fate("downgrade at renewal", 1, steps=((48, down_at_renewal),), plan="premium", interval="month"),
    Fate("planned in steps", 1, in_steps, interval="month"),
    Fate("planned for a while", 1, for_a_while, interval="month"),
    Fate("planned, then let go", 1, in_steps, ((60, let_go),), interval="month"),
)
