"""One fault of the API: which requests it concerns, and whether it strikes."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random

KINDS = (
    "error_429",
    "lock_timeout",
    "error_500",
    "error_503",
    "slow",
    "timeout",
    "reset",
    "drop_response",
    "truncated",
    "html",
)
ALWAYS_AFTER = ("drop_response", "truncated")
NEVER_AFTER = ("error_429", "lock_timeout", "slow")
LENGTHS = ("right", "wrong")


@dataclass
class Fault:
    """`operation` is "POST /v1/subscriptions/{id}" (as in the table of routes), a path with its id, either of them
    with `*` for anything, or "*". `count` is what is left of it; None where a `rate` (0 to 1) decides."""

    id: str
    operation: str
    kind: str
    count: int | None = 1
    rate: float | None = None
    seed: str = ""
    after: bool = False
    retry_after: int | None = None
    seconds: float = 30.0
    length: str = "wrong"
    met: int = 0
    chance: Random = field(default_factory=Random, repr=False)

    def __post_init__(self) -> None:
        self.chance.seed(f"{self.seed}:{self.id}")

    def shown(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "chance"}

    def concerns(self, operations: tuple[str, ...]) -> bool:
        return any(self.operation == name or fnmatchcase(name, self.operation) for name in operations)

    def strikes(self) -> bool:
        return self.rate is None or self.chance.random() < self.rate
