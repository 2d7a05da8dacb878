"""What was attempted: the newest KEPT attempts to deliver an event to an endpoint."""

from sandbox.jsons import Json
from sandbox.state.outbox import Letter
from sandbox.state.store import Store
from sandbox.webhooks.posting import Outcome

KEPT = 20_000


def log(store: Store, letter: Letter, outcome: Outcome) -> None:
    values = (letter.event, letter.endpoint, letter.at, outcome.status, outcome.error, outcome.response)
    store.db.execute("INSERT INTO attempts (event, endpoint, at, status, error, response) VALUES (?,?,?,?,?,?)", values)


def prune(store: Store) -> None:
    store.db.execute("DELETE FROM attempts WHERE number <= (SELECT max(number) FROM attempts) - ?", (KEPT,))


def attempts_of(store: Store, event: str | None, limit: int = 100) -> list[Json]:
    """The newest attempts, of one event or of all, oldest first."""
    names = ("event", "endpoint", "at", "status", "error", "response")
    where = "WHERE event = ? " if event else ""
    sql = f"SELECT {', '.join(names)} FROM attempts {where}ORDER BY number DESC LIMIT ?"  # noqa: S608 - names are ours
    rows = store.rows(sql, (event, limit) if event else (limit,))
    return [dict(zip(names, row, strict=True)) for row in rows[::-1]]
