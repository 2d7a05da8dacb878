"""Where a run is, and what it has counted: what is stored after each step, with the step's own work."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(slots=True)
class Place:
    """`number` of the pass. In its list: `after` is the cursor, `second` the last row's `created`, to which another
    page may still belong, and `tail` the ids of that second that were seen. By id, `after` is the last one's. `again`
    are ids (of type `noun`) of the step before that were written while it was compared: they come first."""

    number: int = 0
    after: str = ""
    second: int | None = None
    tail: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    noun: str = ""

    @classmethod
    def of(cls, progress: dict[str, Any]) -> "Place":
        return cls(**progress) if progress else cls()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def settling(self, contended: dict[str, str]) -> "Place":
        return replace(self, again=sorted(contended), noun=next(iter(contended.values()), ""))

    def next_pass(self) -> "Place":
        return Place(self.number + 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The seconds of creation that a step is complete for: above `low` (None: from the beginning) up to `high` (None:
    to the newest)."""

    low: int | None
    high: int | None

    def place_after(self, place: Place, last_id: str, ids: dict[str, int]) -> Place:
        """The place of the next step, where this one ends in the middle of a second."""
        here = [stripe_id for stripe_id, created in ids.items() if created == self.low]
        tail = [*place.tail, *here] if self.low == self.high else here
        return Place(place.number, last_id, self.low, tail)
