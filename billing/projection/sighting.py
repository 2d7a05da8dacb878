"""One look at a Stripe object: what an event or an API answer showed of it."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from billing.domain.ordering import Version


@dataclass(frozen=True, slots=True)
class Sighting:
    """`key` names the sighting in the verdicts. `time` is in Unix seconds."""

    key: str
    stripe_id: str
    object_type: str
    snapshot: dict[str, Any]
    time: int
    event_type: str
    previous: dict[str, Any]
    api_version: str
    livemode: bool
    trusted: bool = True  # of our API version and complete; else only its existence counts

    def version(self) -> Version:
        return Version(self.snapshot, self.time, self.event_type, self.previous)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An API answer. `snapshot` is None where Stripe has no such object. `noted_version` is the counter of our
    row when the question was asked: the answer counts only if nobody wrote since."""

    stripe_id: str
    object_type: str
    snapshot: dict[str, Any] | None
    noted_version: int


class Verdict(Enum):
    APPLIED = "applied"  # or confirmed what was there
    SUPERSEDED = "superseded"  # older than what is there
    DOUBTFUL = "doubtful"  # only Stripe can say: fetch the object
    TOO_EARLY = "too early"  # nobody knows yet whose it is


@dataclass(slots=True)
class Applied:
    """What came of it. `versions` are the counters of the doubtful objects' rows, 0 for none; `erased` are those
    among the owners of which nothing personal is kept."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    owners: dict[str, int | None] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    doubtful: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
