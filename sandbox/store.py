"""The state: one SQLite file, objects as JSON rows with index columns, all access under one lock.

Writes of one request are one transaction. WAL with synchronous NORMAL: a killed process loses nothing that was
answered; only a power cut can lose the last moments.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sandbox import usage_rows
from sandbox.jsons import Json, dumps, loads
from sandbox.schema import ACCOUNT_WIDE, TEST_CLOCK, columns_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, created INTEGER NOT NULL,
  customer TEXT, parent TEXT, tag TEXT, status TEXT, clock TEXT, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS objects_type ON objects (type, seq);
CREATE INDEX IF NOT EXISTS objects_customer ON objects (customer, type, seq) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, type, seq) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_tag ON objects (tag, type, seq) WHERE tag IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_clock ON objects (clock, type, seq) WHERE clock IS NOT NULL;
CREATE TABLE IF NOT EXISTS due (
  id TEXT NOT NULL, kind TEXT NOT NULL, clock TEXT NOT NULL, at INTEGER NOT NULL, rank INTEGER NOT NULL,
  PRIMARY KEY (id, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_at ON due (clock, at, rank, id);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
  created INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, error TEXT);
CREATE TABLE IF NOT EXISTS failures (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, clock TEXT,
  error TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE INDEX IF NOT EXISTS deliveries_failed ON deliveries (failed);
"""
TABLES = ("objects", "due", "meta", "idempotency", "deliveries", "failures")


class Store:
    """One connection, one lock: read with the lock held, write inside `transaction()`.

    `timeline` is the test clock that what is written now lives on, None for the account's clock. `clock_told` is set
    when a test clock was told to advance.
    """

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.timeline: str | None = None
        self.clock_told = threading.Event()
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA + usage_rows.SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits on leaving, rolls back on an exception."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            self.timeline = None
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside a transaction: undoes what was written within when an exception leaves it, unless that exception
        says that its effects stay (`keeps_effects`, as with a decline)."""
        self.db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as broken:
            if not getattr(broken, "keeps_effects", False):
                self.db.execute("ROLLBACK TO attempt")
            self.db.execute("RELEASE attempt")
            raise
        self.db.execute("RELEASE attempt")

    @contextmanager
    def trial_run(self) -> Iterator[None]:
        """Inside a transaction: undoes everything written within, whatever happens."""
        self.db.execute("SAVEPOINT trial_run")
        try:
            yield
        finally:
            self.db.execute("ROLLBACK TO trial_run")
            self.db.execute("RELEASE trial_run")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.db.execute(sql, values).fetchall()

    def get(self, object_id: str) -> Json | None:
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return loads(row[0]) if row else None

    def place(self, object_id: str) -> tuple[Json | None, str | None]:
        """(the object, the test clock that it lives on); a test clock lives on itself."""
        row = self.db.execute("SELECT body, clock FROM objects WHERE id = ?", (object_id,)).fetchone()
        return (loads(row[0]), row[1]) if row else (None, None)

    def clock_of(self, object_id: str) -> str | None:
        row = self.db.execute("SELECT clock FROM objects WHERE id = ?", (object_id,)).fetchone()
        return row[0] if row else None

    def put(self, stored: Json) -> None:
        """Insert or replace by id; the place in lists stays that of the first insert, and so does the timeline."""
        clock = self._timeline_of(stored)
        if clock and "test_clock" in stored:
            stored["test_clock"] = clock
        kind, created = stored["object"], stored.get("created", 0)
        values = (stored["id"], kind, created, *columns_of(stored), clock, dumps(stored))
        self.db.execute(
            "INSERT INTO objects (id, type, created, customer, parent, tag, status, clock, body)"
            " VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET customer=excluded.customer,"
            " parent=excluded.parent, tag=excluded.tag, status=excluded.status,"
            " clock=coalesce(clock, excluded.clock), body=excluded.body",
            values,
        )

    def _timeline_of(self, stored: Json) -> str | None:
        if stored["object"] == TEST_CLOCK:
            return str(stored["id"])
        return None if stored["object"] in ACCOUNT_WIDE else self.timeline

    def drop(self, object_id: str) -> None:
        self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,))
        self.db.execute("DELETE FROM due WHERE id = ?", (object_id,))

    def find(self, kind: str, **columns: str | None) -> list[Json]:
        """Objects of a kind by index columns, oldest first."""
        where = "".join(f" AND {name} = ?" for name in columns)
        sql = f"SELECT body FROM objects WHERE type = ?{where} ORDER BY seq"  # noqa: S608 - names are ours
        return [loads(row[0]) for row in self.db.execute(sql, (kind, *columns.values()))]

    def note(self, key: str, default: Any = None) -> Any:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return loads(row[0]) if row else default

    def set_note(self, key: str, value: Any) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, dumps(value)))

    def drop_note(self, key: str) -> None:
        self.db.execute("DELETE FROM meta WHERE key = ?", (key,))

    def schedule(self, kind: str, object_id: str, at: int, rank: int) -> None:
        values = (object_id, kind, self.timeline or "", at, rank)
        self.db.execute("INSERT OR REPLACE INTO due (id, kind, clock, at, rank) VALUES (?,?,?,?,?)", values)

    def unschedule(self, kind: str, object_id: str) -> None:
        self.db.execute("DELETE FROM due WHERE id = ? AND kind = ?", (object_id, kind))

    def next_due(self, clock: str | None = None) -> tuple[str, str, int] | None:
        """(kind, id, time) of the earliest due work of a timeline."""
        sql = "SELECT kind, id, at FROM due WHERE clock = ? ORDER BY at, rank, id LIMIT 1"
        row = self.db.execute(sql, (clock or "",)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def clear(self) -> None:
        for table in (*TABLES, *usage_rows.TABLES):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours

    def close(self) -> None:
        """For good: the lock is kept, so that threads that still run wait instead of failing on a closed file."""
        self.lock.acquire()
        self.db.close()
