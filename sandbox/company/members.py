"""One customer of the company, and how it signs up."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox.company.calling import Json
from sandbox.company.words import company

COUNTRIES = {"usd": "US", "eur": "DE", "jpy": "JP"}
_CURRENCIES = ("usd",) * 10 + ("eur",) * 7 + ("jpy",) * 3
_PLANS = ("starter",) * 10 + ("premium",) * 7 + ("enterprise",) * 3
_INTERVALS = ("month",) * 8 + ("year",) * 2
_CARDS = ("visa",) * 8 + ("mastercard",) * 5 + ("amex",) * 2 + ("visa_debit", "discover", "jcb")


@dataclass
class Member:
    """`joined` is the moment of its sign-up in Unix seconds; ids are filled as they become known."""

    index: int
    joined: int
    currency: str
    plan: str
    interval: str
    name: str
    email: str
    card: str
    customer: str = ""
    subscription: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    """What one step of a fate keeps for a later one."""


def drawn(chance: Random, index: int, joined: int, currency: str | None) -> Member:
    """A customer by chance; in this currency where one is given."""
    currency = currency or chance.choice(_CURRENCIES)
    name, email = company(chance, index, currency)
    return Member(
        index=index,
        joined=joined,
        currency=currency,
        plan=chance.choice(_PLANS),
        interval=chance.choice(_INTERVALS),
        name=name,
        email=email,
        card="pm_card_" + chance.choice(_CARDS),
    )


def profile(member: Member) -> Json:
    """What a new customer tells about itself."""
    return {
        "name": member.name,
        "email": member.email,
        "address": {"country": COUNTRIES[member.currency]},
        "metadata": {"number": str(member.index)},
    }
