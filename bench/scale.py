"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """`requests` are those of one contestant in one round; dj-stripe's, which are slow, are a tenth of them.
    `customers` are loaded into the sandbox, `subscriptions` live there through twelve months;
    `entries` are in the log that is verified, `objects` are snapshots of Stripe's; `company` customers tell the events
    that are applied, and `history` events were processed before others are; `account` objects are compared with
    Stripe."""

    rounds: int = 3
    requests: int = 2000
    invoices: int = 50_000
    connections: int = 100
    customers: int = 2000
    subscriptions: int = 100
    entries: int = 1_000_000
    objects: int = 20_000
    company: int = 400
    history: int = 300_000
    account: int = 10_000


TINY = Scale(
    rounds=1,
    requests=20,
    invoices=200,
    connections=4,
    customers=40,
    subscriptions=4,
    entries=2000,
    objects=80,
    company=14,
    history=2000,
    account=400,
)
