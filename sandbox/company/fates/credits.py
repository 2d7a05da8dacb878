"""The customer's balance: credit that the next invoices use up, and a debt that they collect."""

from sandbox.company.catalog import MONTHLY
from sandbox.company.fate import Action, Fate
from sandbox.company.members import Member
from sandbox.company.world import World


def moves_balance(tenths: int, why: str) -> Action:
    """By some tenths of the plan's monthly price; below zero is credit."""

    def moved(world: World, member: Member) -> None:
        amount = MONTHLY[member.plan][member.currency] * tenths // 10
        if amount:
            world.client.post(
                f"customers/{member.customer}/balance_transactions",
                amount=amount,
                currency=member.currency,
                description=why,
            )

    return moved


FATES = (
    Fate("goodwill", 2, steps=((41, moves_balance(-13, "Goodwill after an outage")),), interval="month"),
    Fate("owes a little", 1, steps=((44, moves_balance(2, "Correction of an earlier invoice")),), interval="month"),
)
