"""The whole state, for tests of reconciliation and of determinism."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterator
from typing import IO

from sandbox.jsons import Json, dumps, loads, public
from sandbox.shapes.meter_event_summary import summary
from sandbox.state import usage_rows
from sandbox.state.schema import FORGOTTEN
from sandbox.state.store import Store

PAGE = 500
_COUNTS = f"SELECT type, count(*) FROM objects WHERE type <> '{FORGOTTEN}' GROUP BY type ORDER BY type"  # noqa: S608
SUMMARY = "billing.meter_event_summary"


def objects(store: Store, kind: str | None = None) -> Iterator[Json]:
    """All objects as the API shows them, with bounded memory: the account's in the order of their creation, then
    those of each test clock. So clocks that advance in the background come out the same, however they met others."""
    with store.lock:
        clocks = store.rows("SELECT DISTINCT clock FROM objects WHERE clock IS NOT NULL ORDER BY clock")
    for clock in (None, *(row[0] for row in clocks)):
        yield from _timeline(store, clock, kind)


def _timeline(store: Store, clock: str | None, kind: str | None) -> Iterator[Json]:
    key, last = ("created, seq", (-1, -1)) if kind else ("seq", (-1,))
    where = [
        "clock IS NULL" if clock is None else "clock = ?",
        "type = ?" if kind else f"type <> '{FORGOTTEN}'",
        f"({key}) > (:last)",
    ]
    bound = [value for value in (clock, kind) if value is not None]
    sql = f"SELECT {key}, body FROM objects WHERE {' AND '.join(filter(None, where))} ORDER BY {key} LIMIT {PAGE}"  # noqa: S608 - names are ours
    sql = sql.replace(":last", ", ".join("?" * len(last)))
    while True:
        with store.lock:
            rows = store.rows(sql, (*bound, *last))
        if not rows:
            return
        last = rows[-1][:-1]
        yield from (public(loads(row[-1])) for row in rows)


def usage(store: Store) -> Iterator[Json]:
    """What was counted, as Stripe's summaries of each hour or day with usage; events themselves are too many."""
    last = ("", "", 0)
    while True:
        with store.lock:
            rows = usage_rows.buckets(store.db, last, PAGE)
            found = [_summary(store, *row) for row in rows]
        yield from found
        if not rows:
            return
        last = rows[-1]


def _summary(store: Store, meter_id: str, customer: str, start: int) -> Json:
    meter = store.get(meter_id) or {}
    return summary(store.db, meter, customer, start, start + usage_rows.bucket_size(meter))


def lines(store: Store, kind: str | None = None) -> Iterator[bytes]:
    """NDJSON in chunks."""
    chunk: list[bytes] = []
    summaries = usage(store) if kind in (None, SUMMARY) else iter(())
    for entry in itertools.chain(objects(store, kind), summaries):
        chunk.append(dumps(entry) + b"\n")
        if len(chunk) == PAGE:
            yield b"".join(chunk)
            chunk = []
    yield b"".join(chunk)


def snapshot(store: Store, kind: str | None = None) -> Iterator[bytes]:
    """The dump as of one moment: written aside while nobody else writes, then given out, with bounded memory."""
    aside = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 - closed at the end of the answer
    with store.lock:
        aside.writelines(lines(store, kind))
    return _read(aside)


def _read(aside: IO[bytes]) -> Iterator[bytes]:
    with aside:
        aside.seek(0)
        while part := aside.read(256 * 1024):
            yield part


def digest(store: Store) -> Json:
    """{"digest": SHA-256 over the dump, "counts": {type: number}}."""
    total = hashlib.sha256()
    with store.lock:
        for part in lines(store):
            total.update(part)
        counts = dict(store.rows(_COUNTS))
        summaries = store.rows("SELECT count(*) FROM usage_sums")[0][0]
    counts |= {SUMMARY: summaries} if summaries else {}
    return {"digest": total.hexdigest(), "counts": counts}
