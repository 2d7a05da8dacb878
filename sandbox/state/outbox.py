"""What is still to be delivered: the table behind delivery.

A row of `deliveries` is removed once its endpoint has answered 2xx, so a restart goes on with what is left. It is due
at a moment of the sandbox's clock (`clocked`) or of the wall.
"""

from dataclasses import dataclass, field

from sandbox.jsons import Json
from sandbox.state.store import Store

_DUE = (
    "SELECT d.number, d.event, d.endpoint, d.attempts, d.queued, d.clocked, d.due, d.delayed, o.tag, o.body"
    " FROM deliveries d JOIN objects o ON o.id = d.event"
    " WHERE d.endpoint = ? AND d.failed = 0 AND d.clocked = ? AND d.due <= ? ORDER BY d.due, d.number LIMIT ?"
)


@dataclass
class Letter:
    """One event for one endpoint. `marks` are the faults that it is to meet on this attempt."""

    number: int
    event: str
    endpoint: str
    attempts: int
    queued: int
    clocked: int
    due: float
    delayed: int
    kind: str
    body: bytes
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def at(self) -> int:
        """The moment of the sandbox's clock for which this attempt was due."""
        return max(self.queued, int(self.due)) if self.clocked else self.queued


def due(store: Store, endpoint: str, wall: float, clock: int, limit: int) -> list[Letter]:
    """What may be sent now, in the order of its moments."""
    rows = store.rows(_DUE, (endpoint, 0, wall, limit)) + store.rows(_DUE, (endpoint, 1, clock, limit))
    return [Letter(*row) for row in rows]


def next_due(store: Store, endpoint: str, clocked: bool, after: float) -> float | None:
    """The earliest moment, of the wall or of the clock, of what is due only later than `after`."""
    sql = "SELECT min(due) FROM deliveries WHERE endpoint = ? AND failed = 0 AND clocked = ? AND due > ?"
    row = store.db.execute(sql, (endpoint, int(clocked), after)).fetchone()
    return None if row[0] is None else float(row[0])


def enqueue(store: Store, event: str, endpoint: str, queued: int) -> None:
    store.db.execute("INSERT INTO deliveries (event, endpoint, queued) VALUES (?, ?, ?)", (event, endpoint, queued))


def postpone(store: Store, letter: Letter, clocked: bool, due_at: float) -> None:
    sql = "UPDATE deliveries SET clocked = ?, due = ?, delayed = ? WHERE number = ?"
    store.db.execute(sql, (int(clocked), due_at, letter.attempts + 1, letter.number))


def remove(store: Store, letter: Letter) -> None:
    store.db.execute("DELETE FROM deliveries WHERE number = ?", (letter.number,))


def fail(store: Store, letter: Letter, problem: str, following: tuple[bool, float] | None) -> None:
    """Counts the attempt, and sets when the next one is due; without one it is given up."""
    clocked, due_at = following or (False, 0.0)
    store.db.execute(
        "UPDATE deliveries SET attempts = ?, failed = ?, error = ?, clocked = ?, due = ? WHERE number = ?",
        (letter.attempts + 1, int(following is None), problem[:200], int(clocked), due_at, letter.number),
    )


def everything_now(store: Store) -> None:
    """What waits for its next attempt, or was given up, is due at once, as if it had never been tried."""
    store.db.execute("UPDATE deliveries SET failed = 0, attempts = 0, clocked = 0, due = 0 WHERE failed = 1 OR due > 0")


def counted(store: Store) -> tuple[int, int]:
    """(still to be delivered, given up)."""
    row = store.db.execute("SELECT count(*), coalesce(sum(failed), 0) FROM deliveries").fetchone()
    return row[0] - row[1], row[1]


def waiting_of(store: Store, event: str) -> list[Json]:
    """What is still to be delivered of an event; `next_attempt` is null once it is given up."""
    sql = "SELECT endpoint, attempts, failed, clocked, due, error FROM deliveries WHERE event = ? ORDER BY number"
    return [
        {
            "endpoint": endpoint,
            "attempts": attempts,
            "status": "failed" if failed else "pending",
            "next_attempt": None if failed else {"at": due_at, "of": "clock" if clocked else "wall"},
            "error": error,
        }
        for endpoint, attempts, failed, clocked, due_at, error in store.rows(sql, (event,))
    ]
