"""Customers that just pay: at full price, with a coupon, a promotion code or tax, for a free plan, or by two items."""

from sandbox.company.fate import Fate, sign_up
from sandbox.company.members import Member
from sandbox.company.world import World


def with_coupon(world: World, member: Member) -> None:
    world.join(member, member.card)
    wanted = world.chance.choice(("welcome", "season", "partner"))
    world.subscribe(member, world.plan_of(member), discounts=[{"coupon": world.catalog.coupons[wanted]}])


def with_code(world: World, member: Member) -> None:
    world.join(member, member.card)
    code = world.catalog.codes["season"]
    world.subscribe(member, world.plan_of(member), discounts=[{"promotion_code": code}])


def with_tax(world: World, member: Member) -> None:
    """Taxed; in dollars with an amount off the first invoice too."""
    world.join(member, member.card)
    off = [{"coupon": world.catalog.coupons["five"]}] if member.currency == "usd" else None
    rates = [world.catalog.tax_rates[member.currency]]
    world.subscribe(member, world.plan_of(member), default_tax_rates=rates, discounts=off)


def with_tax_id(world: World, member: Member) -> None:
    with_tax(world, member)
    number = f"DE{100_000_000 + member.index}"
    world.client.post(f"customers/{member.customer}/tax_ids", type="eu_vat", value=number)


def with_seats(world: World, member: Member) -> None:
    world.join(member, member.card)
    seats = world.catalog.price("seats", member.currency)
    items = [{"price": world.plan_of(member)}, {"price": seats, "quantity": world.chance.randint(3, 25)}]
    made = world.client.post("subscriptions", customer=member.customer, items=items)
    member.subscription = made["id"]


def for_free(world: World, member: Member) -> None:
    """No card is asked for."""
    world.join(member, None)
    world.subscribe(member, world.plan_of(member))


def pays_at_last(world: World, member: Member) -> None:
    """From the free plan to one that costs: a card first, then the change, invoiced at once."""
    subscription = world.subscription(member)
    if subscription is None:
        return
    card = world.client.post(f"payment_methods/{member.card}/attach", customer=member.customer)["id"]
    world.client.post(f"customers/{member.customer}", invoice_settings={"default_payment_method": card})
    item = subscription["items"]["data"][0]["id"]
    wanted = world.plan_of(member, "starter")
    world.client.post(f"subscriptions/{member.subscription}", items=[{"id": item, "price": wanted}])


FATES = (
    Fate("steady", 9, sign_up),
    Fate("steady by the year", 3, sign_up, interval="year"),
    Fate("coupon", 2, with_coupon),
    Fate("promotion code", 1, with_code),
    Fate("taxed", 2, with_tax, currency="usd"),
    Fate("taxed with a tax id", 1, with_tax_id, currency="eur"),
    Fate("tax in the price", 1, with_tax, currency="jpy"),
    Fate("seats", 2, with_seats, interval="month"),
    Fate("free", 2, for_free, plan="free", interval="month"),
    Fate("free, then starter", 2, for_free, ((40, pays_at_last),), plan="free", interval="month"),
)
