"""Bad weather from a seed: one seed gives one schedule."""

import random
from dataclasses import dataclass
from typing import Any

MISHAPS = [
    {"kind": "lose", "type": "*", "rate": 0.2},
    {"kind": "duplicate", "type": "*", "rate": 0.2},
    {"kind": "reorder", "type": "*", "rate": 1.0, "seconds": [0, 3], "of": "wall"},
]
FAULTS = [
    {"operation": "GET *", "kind": "error_429", "rate": 0.1, "retry_after": 1},
    {"operation": "GET *", "kind": "error_500", "rate": 0.1},
    {"operation": "GET *", "kind": "drop_response", "rate": 0.05},
    {"operation": "GET *", "kind": "timeout", "rate": 0.02, "seconds": 2},
]


@dataclass(frozen=True, slots=True)
class Strike:
    """What is killed, `at` seconds after the deliveries began."""

    at: float
    what: str


@dataclass(frozen=True, slots=True)
class Weather:
    seed: int
    mishaps: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    strikes: list[Strike]

    @property
    def seconds(self) -> float:
        return self.strikes[-1].at + 1


def weather(seed: int, *, seconds: float) -> Weather:
    """Workers die every two to four seconds, the web server twice, PostgreSQL and Redis once, in the middle."""
    dice = random.Random(seed)
    strikes, at = [], 0.0
    while at < seconds:
        at += dice.uniform(2, 4)
        strikes.append(Strike(at, "worker"))
    strikes += [Strike(seconds * dice.uniform(0.3, 0.4), "redis"), Strike(seconds * dice.uniform(0.5, 0.6), "postgres")]
    strikes += [Strike(seconds * dice.uniform(0.1, 0.9), "web") for _ in range(2)]
    return Weather(
        seed,
        [{**one, "seed": f"{seed}-{number}"} for number, one in enumerate(MISHAPS)],
        [{**one, "seed": f"{seed}-{number}"} for number, one in enumerate(FAULTS)],
        sorted(strikes, key=lambda one: one.at),
    )
