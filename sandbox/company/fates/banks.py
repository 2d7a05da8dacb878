"""Customers that pay by bank debit, which takes days and may come back; in yen by card, where there is none."""

from sandbox.company.fate import Action, Fate
from sandbox.company.fates.failing import pays_what_is_open
from sandbox.company.members import Member
from sandbox.company.world import World


def by_debit(tokens: dict[str, str]) -> Action:
    """Signs up with the account of its currency."""

    def join(world: World, member: Member) -> None:
        world.join(member, tokens.get(member.currency, member.card))
        world.subscribe(member, world.plan_of(member))

    return join


_GOOD = {"usd": "pm_usBankAccount_success", "eur": "pm_sepaDebit_success_de"}
_POOR = {"usd": "pm_usBankAccount_insufficientFunds", "eur": "pm_sepaDebit_failed_de"}

FATES = (
    Fate("bank debit", 2, by_debit(_GOOD), interval="month"),
    Fate("bank debit that comes back", 1, by_debit(_POOR), ((6, pays_what_is_open),), interval="month"),
)
