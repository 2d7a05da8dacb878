"""Customers that sign up on the hosted page of a Checkout session: at once, after a decline, or not before later."""

from sandbox.company.calling import Json
from sandbox.company.fate import Fate
from sandbox.company.fates.failing import new_card
from sandbox.company.members import Member
from sandbox.company.world import World

_SITE = "https://example.com/"


def _session(world: World, member: Member, **fields: object) -> Json:
    return world.client.post(
        "checkout/sessions",
        mode="subscription",
        line_items=[{"price": world.plan_of(member), "quantity": 1}],
        success_url=_SITE + "welcome",
        cancel_url=_SITE + "prices",
        client_reference_id=str(member.index),
        **fields,
    )


def _pay(world: World, member: Member, session: Json, card: str) -> None:
    world.client.send(session["url"], action="pay", email=member.email, name=member.name, method=card)


def _bought(world: World, member: Member, session: Json) -> None:
    done = world.client.get(f"checkout/sessions/{session['id']}")
    member.customer, member.subscription = done["customer"], done["subscription"]


def buys(world: World, member: Member) -> None:
    """The session makes the customer."""
    session = _session(world, member, customer_email=member.email)
    _pay(world, member, session, member.card)
    _bought(world, member, session)


def buys_at_the_second_try(world: World, member: Member) -> None:
    session = _session(world, member, customer_email=member.email, allow_promotion_codes=True)
    _pay(world, member, session, "pm_card_visa_chargeDeclinedInsufficientFunds")
    _pay(world, member, session, member.card)
    _bought(world, member, session)


def looks_only(world: World, member: Member) -> None:
    """The session is left to expire."""
    world.join(member, None)
    _session(world, member, customer=member.customer)


def decides_later(world: World, member: Member) -> None:
    new_card(world, member)
    world.subscribe(member, world.plan_of(member))


FATES = (
    Fate("buys at Checkout", 3, buys),
    Fate("buys at Checkout at the second try", 1, buys_at_the_second_try),
    Fate("leaves Checkout and comes back", 1, looks_only, ((5, decides_later),)),
)
