"""What became of a call's events."""

from dataclasses import dataclass, field

from usage.domain.event import Rejected
from usage.ingest import metrics


@dataclass(frozen=True, slots=True)
class Rejection:
    """`index` counts the call's events from 0; `code` is stable, `detail` says what to do."""

    index: int
    code: str
    detail: str


@dataclass(slots=True)
class Outcome:
    """Each event is exactly one of: counted now, counted before, rejected."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    def reject(self, index: int, reason: Rejected) -> None:
        self.rejected.append(Rejection(index, reason.code, reason.detail))

    def finish(self) -> "Outcome":
        """Sort the rejections and count everything in the metrics, once it is committed."""
        self.rejected.sort(key=lambda rejection: rejection.index)
        metrics.events.labels("accepted").inc(self.accepted)
        metrics.events.labels("duplicate").inc(self.duplicates)
        metrics.events.labels("rejected").inc(len(self.rejected))
        return self
