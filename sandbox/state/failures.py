"""Due work that failed: left undone, logged, and never lost from sight."""

from sandbox.jsons import Json
from sandbox.state.store import Store

SHOWN = 20


def note(store: Store, kind: str, object_id: str, at: int, clock: str | None, broken: BaseException) -> None:
    store.db.execute(
        "INSERT INTO failures (kind, id, at, clock, error) VALUES (?,?,?,?,?)",
        (kind, object_id, at, clock, f"{type(broken).__name__}: {broken}"[:500]),
    )


def count(store: Store) -> int:
    return int(store.rows("SELECT count(*) FROM failures")[0][0])


def last(store: Store) -> int:
    """The number of the newest failure, for `newest`."""
    return int(store.rows("SELECT coalesce(max(number), 0) FROM failures")[0][0])


def newest(store: Store, after: int = 0) -> list[Json]:
    """The newest first, at most 20, of those after the number `after`."""
    sql = "SELECT kind, id, at, clock, error FROM failures WHERE number > ? ORDER BY number DESC LIMIT ?"
    rows = store.rows(sql, (after, SHOWN))
    return [dict(zip(("kind", "id", "at", "test_clock", "error"), row, strict=True)) for row in rows]


def on_clock(store: Store, clock: str) -> bool:
    return bool(store.rows("SELECT 1 FROM failures WHERE clock = ? LIMIT 1", (clock,)))
