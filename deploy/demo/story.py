"""What happens in the life of the demo company: a list of steps, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from deploy.demo.names import company_names

PLANS = ("starter", "professional", "premium", "enterprise")
SHARES = (15, 45, 30, 10)
CARDS = (
    ("pm_card_visa", 62),
    ("pm_card_mastercard", 22),
    ("pm_card_amex", 8),
    ("pm_card_sandbox_failsOnRenewal", 8),
)
PLACES = (
    ("usd", "America/New_York", "en", 60),
    ("eur", "Europe/Berlin", "de", 25),
    ("gbp", "Europe/London", "en_GB", 15),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does at `at` (UTC) for the company of that number; number 0 is the one whose keys the
    demo hands out."""

    at: datetime
    verb: str
    company: int
    details: dict[str, Any] = field(default_factory=dict)


def story(*, companies: int, start: datetime, end: datetime, seed: int = 7) -> list[Step]:
    """All steps of all companies, in the order of time. Growth is a little faster than linear."""
    names = company_names(companies)
    steps = [step for number in range(companies) for step in _life(number, names[number], companies, start, end, seed)]
    return sorted((step for step in steps if step.at <= end), key=lambda step: (step.at, step.company))


def _life(number: int, name: str, companies: int, start: datetime, end: datetime, seed: int) -> Iterator[Step]:
    chance = Random(f"{seed}-{number}")  # noqa: S311 - an example needs no secrets
    joined = start + (end - start) * (number / companies) ** 0.7
    joined += timedelta(hours=chance.randrange(6, 20), minutes=chance.randrange(60))
    currency, zone, locale = _pick(chance, [((place[0], place[1], place[2]), place[3]) for place in PLACES])
    if number == 0:
        yield from _first_customer(joined, name)
        return
    plan = _pick(chance, list(zip(PLANS, SHARES, strict=True)))
    yield Step(joined, "register", number, {"name": name, "currency": currency, "zone": zone, "locale": locale})
    subscribed = joined + timedelta(minutes=chance.randrange(5, 600))
    yield Step(
        subscribed,
        "start",
        number,
        {
            "plan": plan,
            "interval": "year" if plan != "starter" and chance.random() < 0.15 else "month",
            "quantity": chance.choice([1, 1, 1, 2, 3]) if plan in ("professional", "premium") else 1,
            "trial_days": 14 if plan != "starter" and chance.random() < 0.35 else 0,
            "card": _pick(chance, list(CARDS)),
        },
    )
    yield from _changes(number, plan, subscribed, end, chance)


def _first_customer(joined: datetime, name: str) -> Iterator[Step]:
    """A calm life: twelve and more paid months on a monthly plan in US dollars."""
    yield Step(joined, "register", 0, {"name": name, "currency": "usd", "zone": "America/New_York", "locale": "en"})
    yield Step(
        joined + timedelta(minutes=10),
        "start",
        0,
        {"plan": "professional", "interval": "month", "quantity": 1, "trial_days": 0, "card": "pm_card_visa"},
    )
    yield Step(joined + timedelta(days=200), "change", 0, {"plan": "premium"})


def _changes(number: int, plan: str, since: datetime, end: datetime, chance: Random) -> Iterator[Step]:
    """Month by month: most stay, some move up, a few down, a few leave, pause or are given money back."""
    place = PLANS.index(plan)
    at = since + timedelta(days=chance.randrange(25, 45), hours=chance.randrange(24))
    while at < end:
        fate = chance.random()
        if fate < 0.045 and place < 3:
            place += 1
            yield Step(at, "change", number, {"plan": PLANS[place]})
        elif 0.05 < fate < 0.065 and place > 1:
            place -= 1
            yield Step(at, "change", number, {"plan": PLANS[place]})
        elif 0.07 < fate < 0.095:
            yield Step(at, "cancel", number, {"at": chance.choice(["period_end", "period_end", "now"])})
            if chance.random() < 0.3:
                yield Step(at + timedelta(days=75), "start_again", number, {"plan": PLANS[max(place, 1)]})
            return
        elif 0.10 < fate < 0.11:
            yield Step(at, "pause", number)
            yield Step(at + timedelta(days=40), "resume", number)
        elif 0.12 < fate < 0.135:
            yield Step(at, "refund", number)
        at += timedelta(days=chance.randrange(26, 36))


def _pick(chance: Random, weighted: list[tuple[Any, int]]) -> Any:
    return chance.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
