"""Renewals that the cardholder's bank disputes: won, lost, left to lapse, and an inquiry that is closed."""

from sandbox.company.fate import Action, Fate
from sandbox.company.fates.failing import new_card
from sandbox.company.members import Member
from sandbox.company.world import World


def turns_to(card: str) -> Action:
    """The next renewals are charged to this card."""

    def turned(world: World, member: Member) -> None:
        made = world.client.post(f"payment_methods/{card}/attach", customer=member.customer)["id"]
        world.client.post(f"customers/{member.customer}", invoice_settings={"default_payment_method": made})

    return turned


def answers_with(evidence: str) -> Action:
    """Every open dispute of the customer gets this evidence; from then on it pays with its first card."""

    def answered(world: World, member: Member) -> None:
        charges = world.client.get("charges", customer=member.customer, limit=100)["data"]
        for charge in charges:
            if charge["disputed"]:
                _submit(world, charge["id"], evidence)
        new_card(world, member)

    return answered


def _submit(world: World, charge: str, evidence: str) -> None:
    for dispute in world.client.get("disputes", charge=charge)["data"]:
        if dispute["status"] in ("needs_response", "warning_needs_response"):
            world.client.post(f"disputes/{dispute['id']}", evidence={"uncategorized_text": evidence})


def back_to_normal(world: World, member: Member) -> None:
    new_card(world, member)


_BEFORE, _AFTER = 27.0, 36.0
_FRAUD = turns_to("pm_card_createDispute")

FATES = (
    Fate("dispute won", 1, steps=((_BEFORE, _FRAUD), (_AFTER, answers_with("winning_evidence"))), interval="month"),
    Fate("dispute lost", 1, steps=((_BEFORE, _FRAUD), (_AFTER, answers_with("losing_evidence"))), interval="month"),
    Fate("dispute that lapses", 1, steps=((_BEFORE, _FRAUD), (_AFTER, back_to_normal)), interval="month"),
    Fate(
        "inquiry",
        1,
        steps=((_BEFORE, turns_to("pm_card_createDisputeInquiry")), (_AFTER, back_to_normal)),
        interval="month",
    ),
)
