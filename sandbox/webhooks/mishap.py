"""One mishap of webhooks: which letters it concerns, and whether it strikes."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random

from sandbox.state.outbox import Letter

KINDS = ("lose", "duplicate", "delay", "reorder", "wrong_secret", "corrupt")


@dataclass
class Mishap:
    """`type` is an event type, with `*` for anything. `seconds` (lowest, highest) and `of` belong to `delay`."""

    id: str
    type: str
    kind: str
    count: int | None = None
    rate: float = 1.0
    seed: str = ""
    endpoint: str | None = None
    seconds: tuple[float, float] = (1.0, 10.0)
    of: str = "wall"
    met: int = 0

    def chance(self, letter: Letter) -> Random:
        return Random(f"{self.seed}:{self.id}:{letter.event}:{letter.endpoint}:{letter.attempts}")  # noqa: S311 - no secret

    def strikes(self, letter: Letter) -> bool:
        if self.count == 0 or self.endpoint not in (None, letter.endpoint):
            return False
        if self.kind == "delay" and letter.delayed > letter.attempts:
            return False
        return fnmatchcase(letter.kind, self.type) and self.chance(letter).random() < self.rate

    def delay(self, letter: Letter) -> float:
        chance = self.chance(letter)
        chance.random()
        return chance.uniform(*self.seconds)
