"""Due work of the account itself: forgetting what is only kept for a while, in small bites."""

from sandbox.context import Context
from sandbox.engine import Work
from sandbox.events import KEPT_SECONDS
from sandbox.money.periods import DAY
from sandbox.state.schema import FORGOTTEN

BITE = 2000
"""Rows that are removed in one piece of work, so that requests are never kept waiting for long."""
_OLD_EVENTS = (
    "SELECT seq FROM objects WHERE type = 'event' AND clock IS NULL AND created <= ? ORDER BY created, seq LIMIT ?"
)
_DELIVERED = (
    "DELETE FROM objects WHERE type = ? AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event = objects.id)"
)
_OLDEST_EVENT = "SELECT created FROM objects WHERE type = 'event' AND clock IS NULL ORDER BY created LIMIT 1"


def tidy(ctx: Context, name: str) -> None:
    """Removes events that are 30 days old by the account's clock. It is done at midnights, so that what is there
    depends on the clock alone. What is still to be delivered, as the clock may jump over months, is kept out of
    sight until it is."""
    rows = ctx.store.rows(_OLD_EVENTS, (ctx.now - KEPT_SECONDS, BITE))
    marks = [(FORGOTTEN, seq) for (seq,) in rows]
    ctx.store.db.executemany("UPDATE objects SET type = ? WHERE seq = ?", marks)
    ctx.store.db.execute(_DELIVERED, (FORGOTTEN,))
    at = ctx.now if len(rows) == BITE else _next(ctx)
    if at is not None:
        ctx.schedule("account.tidy", name, at)


def _next(ctx: Context) -> int | None:
    """The midnight at which the oldest event has had its time, or None where there is none."""
    rows = ctx.store.rows(_OLDEST_EVENT)
    return -(-(rows[0][0] + KEPT_SECONDS) // DAY) * DAY if rows else None


WORKS: dict[str, Work] = {"account.tidy": tidy}
