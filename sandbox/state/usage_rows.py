"""Usage as rows: every meter event, and what they come to in each hour, so that a bill is a range read.

An event counts for a meter, a customer and a moment (Unix seconds). Sums are kept per bucket: an hour, or the day of
a meter whose events are pre-aggregated by day. Where a meter has such a window, only the event that was received last
counts in each. Values are whole numbers; totals are text, as they may exceed 64 bits.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from sandbox.jsons import Json

HOUR, DAY = 3600, 86_400
KEY_LIFE = DAY
"""How long an identifier is remembered, and its event can be canceled."""
_PURGED = 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS usage_events (
  meter TEXT NOT NULL, customer TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (meter, customer, at, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_sums (
  meter TEXT NOT NULL, customer TEXT NOT NULL, bucket INTEGER NOT NULL, count INTEGER NOT NULL, total TEXT NOT NULL,
  PRIMARY KEY (meter, customer, bucket)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_keys (
  identifier TEXT PRIMARY KEY, received INTEGER NOT NULL, meter TEXT NOT NULL, customer TEXT NOT NULL,
  at INTEGER NOT NULL, seq INTEGER NOT NULL, value INTEGER NOT NULL, canceled INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS usage_keys_received ON usage_keys (received);
CREATE TABLE IF NOT EXISTS usage_errors (
  number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
  identifier TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS usage_errors_subject ON usage_errors (subject, number);
"""
TABLES = ("usage_events", "usage_sums", "usage_keys", "usage_errors")
_OF = " FROM usage_events WHERE meter = ? AND customer = ? AND at >= ? AND at < ?"
_SUMS = " FROM usage_sums WHERE meter = ? AND customer = ?"


class Entry(NamedTuple):
    """One meter event that counts."""

    meter: str
    customer: str
    at: int
    seq: int
    value: int


def bucket_size(meter: Json) -> int:
    return DAY if meter["event_time_window"] == "day" else HOUR


def add(db: sqlite3.Connection, meter: Json, entry: Entry) -> None:
    db.execute("INSERT INTO usage_events (meter, customer, at, seq, value) VALUES (?,?,?,?,?)", entry)
    _move(db, meter, entry, 1)


def take_back(db: sqlite3.Connection, meter: Json, entry: Entry) -> None:
    sql = "DELETE FROM usage_events WHERE meter = ? AND customer = ? AND at = ? AND seq = ?"
    if db.execute(sql, entry[:4]).rowcount:
        _move(db, meter, entry, -1)


def forget(db: sqlite3.Connection, meter_id: str, customer: str) -> None:
    """All that a customer used, who is gone."""
    for table in ("usage_events", "usage_sums"):
        db.execute(f"DELETE FROM {table} WHERE meter = ? AND customer = ?", (meter_id, customer))  # noqa: S608


def _move(db: sqlite3.Connection, meter: Json, entry: Entry, sign: int) -> None:
    """Brings the bucket's sums to what its events now come to."""
    size = bucket_size(meter)
    place = (entry.meter, entry.customer, entry.at - entry.at % size)
    if meter["event_time_window"]:
        last = _received_last(db, *place, size)
        count, total = (1, last[1]) if last else (0, 0)
    else:
        row = db.execute(f"SELECT count, total{_SUMS} AND bucket = ?", place).fetchone() or (0, "0")
        count, total = row[0] + sign, int(row[1]) + sign * entry.value
    if count:
        values = (*place, count, str(total))
        db.execute("INSERT OR REPLACE INTO usage_sums VALUES (?,?,?,?,?)", values)
    else:
        db.execute("DELETE FROM usage_sums WHERE meter = ? AND customer = ? AND bucket = ?", place)


def _received_last(db: sqlite3.Connection, meter: str, customer: str, start: int, size: int) -> tuple[int, int] | None:
    """(at, value) of the event of a window that was received last."""
    sql = f"SELECT at, value{_OF} ORDER BY seq DESC LIMIT 1"
    row = db.execute(sql, (meter, customer, start, start + size)).fetchone()
    return (row[0], row[1]) if row else None


def used(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> int:
    """What the meter's formula makes of a customer's events from `start` up to, not including, `end`."""
    formula = meter["default_aggregation"]["formula"]
    if formula == "last":
        return _latest(db, meter, customer, start, end)
    count, total = _totals(db, meter, customer, start, end)
    return count if formula == "count" else total


def _totals(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> tuple[int, int]:
    """(events, sum): whole buckets by their sums, the pieces at both ends by their events."""
    size = bucket_size(meter)
    first, last = -(-start // size) * size, end - end % size
    if first >= last:
        return _edge(db, meter, customer, start, end)
    sql = f"SELECT count, total{_SUMS} AND bucket >= ? AND bucket < ?"
    rows = db.execute(sql, (meter["id"], customer, first, last)).fetchall()
    whole = (sum(row[0] for row in rows), sum(int(row[1]) for row in rows))
    before, after = _edge(db, meter, customer, start, first), _edge(db, meter, customer, last, end)
    return before[0] + whole[0] + after[0], before[1] + whole[1] + after[1]


def _edge(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> tuple[int, int]:
    if not meter["event_time_window"]:
        sql = f"SELECT value{_OF}"
        values = [row[0] for row in db.execute(sql, (meter["id"], customer, start, end))]
        return len(values), sum(values)
    found = [value for at, value in _counting(db, meter, customer, start, end) if start <= at < end]
    return len(found), sum(found)


def _counting(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(at, value) of the event that counts in each window that the range touches, the latest window first."""
    size = bucket_size(meter)
    first, last = start - start % size, -(-end // size) * size
    sql = f"SELECT bucket{_SUMS} AND bucket >= ? AND bucket < ? ORDER BY bucket DESC"
    for (bucket,) in db.execute(sql, (meter["id"], customer, first, last)).fetchall():
        last_received = _received_last(db, meter["id"], customer, bucket, size)
        if last_received:
            yield last_received


def _latest(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int) -> int:
    """The value with the latest time; of two at the same second the one received last; 0 without any."""
    if meter["event_time_window"]:
        counting = _counting(db, meter, customer, start, end)
        return next((value for at, value in counting if start <= at < end), 0)
    sql = f"SELECT value{_OF} ORDER BY at DESC, seq DESC LIMIT 1"
    row = db.execute(sql, (meter["id"], customer, start, end)).fetchone()
    return int(row[0]) if row else 0


def windows(db: sqlite3.Connection, meter: Json, customer: str, start: int, end: int, size: int) -> list[int]:
    """The starts of the windows of `size` seconds in the range that have usage, the latest first."""
    if size < bucket_size(meter):
        moments = [at for at, _ in _counting(db, meter, customer, start, end) if start <= at < end]
    else:
        sql = f"SELECT bucket{_SUMS} AND bucket >= ? AND bucket < ?"
        moments = [row[0] for row in db.execute(sql, (meter["id"], customer, start, end))]
    return sorted({moment - moment % size for moment in moments}, reverse=True)


def buckets(db: sqlite3.Connection, after: tuple[str, str, int], limit: int) -> list[tuple[str, str, int]]:
    """(meter, customer, start) of the buckets with usage, by their key."""
    sql = (
        "SELECT meter, customer, bucket FROM usage_sums WHERE (meter, customer, bucket) > (?,?,?)"
        " ORDER BY meter, customer, bucket LIMIT ?"
    )
    return db.execute(sql, (*after, limit)).fetchall()


def remember(db: sqlite3.Connection, identifier: str, received: int, entry: Entry) -> None:
    """Notes an identifier as used. Those that have outlived their time are dropped, some at each call."""
    db.execute(
        "DELETE FROM usage_keys WHERE identifier IN"
        " (SELECT identifier FROM usage_keys WHERE received <= ? ORDER BY received LIMIT ?)",
        (received - KEY_LIFE, _PURGED),
    )
    db.execute("INSERT OR REPLACE INTO usage_keys VALUES (?,?,?,?,?,?,?,0)", (identifier, received, *entry))


def recall(db: sqlite3.Connection, identifier: str, now: int) -> tuple[Entry, bool] | None:
    """(the event, whether it was canceled) of an identifier that was used within its time."""
    sql = "SELECT meter, customer, at, seq, value, canceled FROM usage_keys WHERE identifier = ? AND received > ?"
    row = db.execute(sql, (identifier, now - KEY_LIFE)).fetchone()
    return (Entry(*row[:5]), bool(row[5])) if row else None


def mark_canceled(db: sqlite3.Connection, identifier: str) -> None:
    db.execute("UPDATE usage_keys SET canceled = 1 WHERE identifier = ?", (identifier,))
