"""Payments that fail: recovered by a new card or by a retry, authenticated, or never paid."""

from sandbox.company.fate import Action, Fate
from sandbox.company.members import Member
from sandbox.company.world import World


def pays_with(card: str) -> Action:
    """Signs up with a card that behaves as its name says."""

    def join(world: World, member: Member) -> None:
        world.join(member, card)
        world.subscribe(member, world.plan_of(member))

    return join


def new_card(world: World, member: Member) -> str:
    card = str(world.client.post(f"payment_methods/{member.card}/attach", customer=member.customer)["id"])
    world.client.post(f"customers/{member.customer}", invoice_settings={"default_payment_method": card})
    return card


def pays_what_is_open(world: World, member: Member) -> None:
    """A new card, and the open invoices are paid with it at once."""
    card = new_card(world, member)
    for invoice in reversed(world.invoices(member, "open")):
        world.client.post(f"invoices/{invoice['id']}/pay", payment_method=card)


def waits_for_the_retry(world: World, member: Member) -> None:
    """A new card only: the next retry finds it."""
    new_card(world, member)


def answers(outcome: str) -> Action:
    """The customer's bank asks, and gets this answer."""

    def answer(world: World, member: Member) -> None:
        waiting = world.client.get("payment_intents", customer=member.customer, limit=100)["data"]
        for intent in waiting:
            if intent["status"] == "requires_action":
                world.client.control("authenticate", {"payment_intent": intent["id"], "outcome": outcome})

    return answer


_MONTHS = tuple((days, answers("succeed")) for days in (31.2, 62.2, 92.2, 123.2, 153.2, 184.2, 215.2))

FATES = (
    Fate(
        "recovers with a new card",
        2,
        pays_with("pm_card_sandbox_insufficientFundsOnRenewal"),
        ((32.5, pays_what_is_open),),
        interval="month",
    ),
    Fate(
        "recovers by a retry",
        1,
        pays_with("pm_card_sandbox_expiresOnRenewal"),
        ((33, waits_for_the_retry),),
        interval="month",
    ),
    Fate("never pays again", 2, pays_with("pm_card_sandbox_failsOnRenewal"), interval="month"),
    Fate("never pays at all", 1, pays_with("pm_card_chargeCustomerFail"), interval="month"),
    Fate(
        "authenticates",
        1,
        pays_with("pm_card_authenticationRequired"),
        ((0.1, answers("succeed")), *_MONTHS),
        interval="month",
    ),
    Fate(
        "fails to authenticate",
        1,
        pays_with("pm_card_authenticationRequired"),
        ((0.1, answers("fail")),),
        interval="month",
    ),
)
