"""Runs in turns, and what is said of them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median

from bench.client import Load


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds: milliseconds, and requests a second. `errors` counts over all of them."""

    name: str
    p50: float
    p95: float
    p99: float
    per_second: float
    requests: int
    errors: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` against a gate: `at_least` or `at_most` it; without a gate it is only shown."""

    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def gate(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark's table and its ratios."""

    name: str
    figures: list[Figures]
    ratios: list[Ratio]

    def as_json(self) -> dict[str, object]:
        ratios = [{**asdict(ratio), "holds": ratio.holds} for ratio in self.ratios]
        return {"name": self.name, "figures": [asdict(one) for one in self.figures], "ratios": ratios}


def in_turns(rounds: int, contestants: Mapping[str, Callable[[int], Load]]) -> dict[str, Figures]:
    """Round after round, each contestant once, so that a slow minute of the machine meets all of them.

    A contestant gets the number of the round, from 0; one more round before them warms up and does not count.
    """
    loads: dict[str, list[Load]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            load = contestant(number)
            if number:
                loads[name].append(load)
    return {name: _figures(name, runs) for name, runs in loads.items()}


def _figures(name: str, runs: list[Load]) -> Figures:
    return Figures(
        name=name,
        p50=median(run.percentile(0.50) for run in runs),
        p95=median(run.percentile(0.95) for run in runs),
        p99=median(run.percentile(0.99) for run in runs),
        per_second=median(run.per_second for run in runs),
        requests=sum(len(run.times) for run in runs),
        errors=sum(run.errors() for run in runs),
    )
