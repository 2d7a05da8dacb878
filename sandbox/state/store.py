"""The state: one SQLite file, objects as JSON rows with index columns, all access under one lock.

Writes of one request are one transaction. WAL with synchronous NORMAL: a killed process loses nothing that was
answered; only a power cut can lose the last moments.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sandbox.jsons import Json, dumps, loads
from sandbox.state.schema import ACCOUNT_WIDE, TEST_CLOCK, columns_of, created_of, links_of
from sandbox.state.tables import TABLES, VERSION, filters, open_state


class Store:
    """One connection, one lock: read with the lock held, write inside `transaction()`.

    `timeline` is the test clock that what is written now lives on, None for the account's clock. `clock_told` is set
    when a test clock was told to advance.
    """

    def __init__(self, path: str) -> None:
        self.lock = threading.RLock()
        self.timeline: str | None = None
        self.clock_told = threading.Event()
        self.db = open_state(path)

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
        kind, created = stored["object"], created_of(stored)
        values = (stored["id"], kind, created, *columns_of(stored), clock, dumps(stored))
        self.db.execute(
            "INSERT INTO objects (id, type, created, customer, parent, tag, status, clock, body)"
            " VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET customer=excluded.customer,"
            " parent=excluded.parent, tag=excluded.tag, status=excluded.status,"
            " clock=coalesce(clock, excluded.clock), body=excluded.body",
            values,
        )
        links = links_of(stored)
        if links is not None:
            self._link(stored["id"], links)

    def _link(self, object_id: str, links: set[tuple[str, str]]) -> None:
        """Writes what has changed of an object's links."""
        born, seq = self.db.execute("SELECT created, seq FROM objects WHERE id = ?", (object_id,)).fetchone()
        known = set(self.db.execute("SELECT name, value FROM links WHERE object = ?", (seq,)))
        for link in sorted(known - links):
            self.db.execute("DELETE FROM links WHERE name = ? AND value = ? AND object = ?", (*link, seq))
        for link in sorted(links - known):
            self.db.execute("INSERT INTO links (name, value, born, object) VALUES (?,?,?,?)", (*link, born, seq))

    def _timeline_of(self, stored: Json) -> str | None:
        if stored["object"] == TEST_CLOCK:
            return str(stored["id"])
        return None if stored["object"] in ACCOUNT_WIDE else self.timeline

    def drop(self, object_id: str) -> None:
        self.db.execute("DELETE FROM links WHERE object = (SELECT seq FROM objects WHERE id = ?)", (object_id,))
        self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,))
        self.db.execute("DELETE FROM due WHERE id = ?", (object_id,))

    def find(self, kind: str, **columns: str | None) -> list[Json]:
        """Objects of a kind by index columns, oldest first."""
        where = "".join(f" AND {condition}" for condition in filters(columns))
        sql = f"SELECT body FROM objects WHERE type = ?{where} ORDER BY seq"  # noqa: S608 - names are ours
        return [loads(row[0]) for row in self.db.execute(sql, (kind, *columns.values()))]

    def linked(self, kind: str, name: str, value: str) -> Iterator[Json]:
        """Objects of a kind by what lies in them (see `schema.links_of`), oldest first, one at a time."""
        for (seq,) in self.rows("SELECT object FROM links WHERE name = ? AND value = ? ORDER BY object", (name, value)):
            for row in self.rows("SELECT body FROM objects WHERE seq = ? AND type = ?", (seq, kind)):
                yield loads(row[0])

    def count(self, name: str) -> int:
        """One more of a counter, from 1 on."""
        sql = (
            "INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            " RETURNING value"
        )
        return int(self.db.execute(sql, (name,)).fetchone()[0])

    def drop_counter(self, name: str) -> None:
        self.db.execute("DELETE FROM counters WHERE name = ?", (name,))

    def note(self, key: str, default: Any = None) -> Any:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return loads(row[0]) if row else default

    def set_note(self, key: str, value: Any) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, dumps(value)))

    def is_account_wide(self, object_id: str) -> bool:
        row = self.db.execute("SELECT type FROM objects WHERE id = ?", (object_id,)).fetchone()
        return bool(row) and row[0] in ACCOUNT_WIDE

    def schedule(self, kind: str, object_id: str, at: int, rank: int, clock: str | None = None) -> None:
        values = (object_id, kind, clock or "", at, rank)
        self.db.execute("INSERT OR REPLACE INTO due (id, kind, clock, at, rank) VALUES (?,?,?,?,?)", values)

    def schedule_once(self, kind: str, object_id: str, at: int, rank: int) -> None:
        """By the account's clock; where it is scheduled already, it stays when it is."""
        values = (object_id, kind, "", at, rank)
        self.db.execute("INSERT OR IGNORE INTO due (id, kind, clock, at, rank) VALUES (?,?,?,?,?)", values)

    def unschedule(self, kind: str, object_id: str) -> None:
        self.db.execute("DELETE FROM due WHERE id = ? AND kind = ?", (object_id, kind))

    def next_due(self, clock: str | None = None) -> tuple[str, str, int] | None:
        """(kind, id, time) of the earliest due work of a timeline."""
        sql = "SELECT kind, id, at FROM due WHERE clock = ? ORDER BY at, rank, id LIMIT 1"
        row = self.db.execute(sql, (clock or "",)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def clear(self) -> None:
        for table in TABLES:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names are ours
        self.set_note("schema", VERSION)

    def shrink(self) -> None:
        """Outside of a transaction: gives the pages that were emptied back to the file system."""
        with self.lock:
            self.db.executescript("PRAGMA incremental_vacuum")
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """For good: the lock is kept, so that threads that still run wait instead of failing on a closed file."""
        self.lock.acquire()
        self.db.close()
