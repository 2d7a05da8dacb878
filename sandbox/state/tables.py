"""The tables of the state file, and whether a file is one that this version reads.

Lists are newest first: every index of `objects` ends in `created`, and SQLite adds `seq`, its row number. `links`
finds an object by what lies deep in it, such as a subscription by its prices; `born` is its `created`. `due` has ''
for the account's clock.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing

from sandbox.state import usage_rows

VERSION = 5
"""Raised whenever what is stored changes so that older files cannot be read."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, created INTEGER NOT NULL,
  customer TEXT, parent TEXT, tag TEXT, status TEXT, clock TEXT, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS objects_type ON objects (type, created);
CREATE INDEX IF NOT EXISTS objects_status ON objects (type, status, created) WHERE status IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_customer ON objects (customer, type, created) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, type, created) WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_tag ON objects (tag, type, created) WHERE tag IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_clock ON objects (clock, type, created) WHERE clock IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_timeline ON objects (clock) WHERE clock IS NOT NULL;
CREATE TABLE IF NOT EXISTS links (
  name TEXT NOT NULL, value TEXT NOT NULL, born INTEGER NOT NULL, object INTEGER NOT NULL,
  PRIMARY KEY (name, value, born, object)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_object ON links (object);
CREATE TABLE IF NOT EXISTS due (
  id TEXT NOT NULL, kind TEXT NOT NULL, clock TEXT NOT NULL, at INTEGER NOT NULL, rank INTEGER NOT NULL,
  PRIMARY KEY (id, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_at ON due (clock, at, rank, id);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, path TEXT NOT NULL, mark BLOB NOT NULL, created INTEGER NOT NULL, status INTEGER NOT NULL,
  body BLOB NOT NULL, request TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_created ON answers (created);
CREATE TABLE IF NOT EXISTS deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, queued INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, error TEXT,
  clocked INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, delayed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (endpoint, failed, clocked, due);
CREATE TABLE IF NOT EXISTS attempts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, at INTEGER NOT NULL,
  status INTEGER, error TEXT, response TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_event ON attempts (event);
CREATE TABLE IF NOT EXISTS failures (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, clock TEXT,
  error TEXT NOT NULL);
"""
TABLES = (
    "objects",
    "links",
    "due",
    "meta",
    "counters",
    "answers",
    "deliveries",
    "attempts",
    "failures",
    *usage_rows.TABLES,
)
_SELECTIVE = ("customer", "parent", "tag", "clock", "status")
_PRAGMAS = (
    "locking_mode=EXCLUSIVE",
    "auto_vacuum=INCREMENTAL",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    f"journal_size_limit={64 * 1024 * 1024}",
    f"cache_size=-{64 * 1024}",
    "temp_store=MEMORY",
)
"""One process has the file; the journal and the cache stay within 64 MiB; pages that were emptied can be given back."""


def filters(names: Collection[str]) -> list[str]:
    """A condition for each index column. Only the most selective may be searched by its index, the others are
    compared: without statistics SQLite would as well begin with a status that half of all objects have."""
    best = next((name for name in _SELECTIVE if name in names), None)
    return [f"{'' if name == best else '+'}{name} = ?" for name in names]


class UnreadableState(Exception):
    """The state file is none, is of another version, or is in use; the message says what to do."""


def open_state(path: str) -> sqlite3.Connection:
    """A connection to a new or known state file. Raises UnreadableState with a sentence for whoever started it."""
    try:
        _check_version(path)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=2)
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.executescript(SCHEMA + usage_rows.SCHEMA)
        db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('schema', ?)", (str(VERSION).encode(),))
    except sqlite3.OperationalError as refused:
        if "locked" in str(refused):
            raise UnreadableState(f"The state file {path} is in use by another sandbox.") from refused
        raise UnreadableState(f"The state file {path} cannot be opened: {refused}.") from refused
    except sqlite3.DatabaseError as refused:
        raise UnreadableState(f"{path} is not a state file of a sandbox: {refused}.") from refused
    return db


def _check_version(path: str) -> None:
    """Only reads, so that a refused file stays as it was."""
    with closing(sqlite3.connect(path, timeout=2)) as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not names:
            return
        if not {"objects", "meta"} <= names:
            raise UnreadableState(f"{path} is not a state file of a sandbox: it has other tables.")
        row = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    version = int(row[0]) if row else 1
    if version != VERSION:
        age = "an older" if version < VERSION else "a newer"
        raise UnreadableState(
            f"The state file {path} was written by {age} version of the sandbox (schema {version}; this one reads"
            f" {VERSION}). Move it away to start with an empty account."
        )
