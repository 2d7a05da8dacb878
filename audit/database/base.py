"""Django's PostgreSQL with one thing added: what was recorded in a transaction is written at its very end.

So the chains' heads are locked for the shortest time, after every other lock, and a transaction that fails to write
its entries does not commit. As with `on_commit`, a savepoint that is rolled back drops what was recorded in it.

A test's own transaction never commits: for it the end of a block directly inside it stands for the commit.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import DatabaseError
from django_prometheus.db.backends.postgresql import base

from audit.metrics import errors_total

APPEND = """
SELECT audit_append(%s::bigint[], ARRAY(SELECT json_array_elements_text(%s::json)), %s::bytea[],
    ARRAY(SELECT json_array_elements_text(%s::json)))
"""
"""Texts as JSON: as an array psycopg would escape each of their quotes in Python."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """An entry that waits for the end of its transaction; all but its place in the chain is settled."""

    savepoints: frozenset[str]
    chain: int
    body: str
    key: bytes | None
    details: str | None

    @property
    def columns(self) -> tuple[int, str, bytes | None, str | None]:
        return self.chain, self.body, self.key, self.details


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unwritten: list[Unwritten] = []

    @property
    def is_at_outermost(self) -> bool:
        """No block is open but those that a test lives in."""
        return not self.atomic_blocks or bool(self.atomic_blocks[-1]._from_testcase)

    def write_entries(self) -> None:
        """Append what waits. Raises DatabaseError; the transaction can then only be rolled back."""
        waiting, self.unwritten = self.unwritten, []
        if not waiting:
            return
        chains, bodies, keys, details = zip(*(one.columns for one in waiting), strict=True)
        columns = [list(chains), orjson.dumps(bodies).decode(), list(keys), orjson.dumps(details).decode()]
        try:
            with self.cursor() as cursor:
                cursor.execute(APPEND, columns)
        except DatabaseError as error:
            if _is_of_the_log(error):
                errors_total.inc()
            raise

    def commit(self) -> None:
        try:
            self.write_entries()
        except BaseException:
            self.rollback()
            raise
        super().commit()

    def savepoint_commit(self, sid: str) -> None:
        if self.is_at_outermost:
            self.write_entries()
        super().savepoint_commit(sid)

    def savepoint_rollback(self, sid: str) -> None:
        super().savepoint_rollback(sid)
        self.unwritten = [one for one in self.unwritten if sid not in one.savepoints]

    def rollback(self) -> None:
        self.unwritten = []
        super().rollback()

    def connect(self) -> None:
        self.unwritten = []
        super().connect()

    def close(self) -> None:
        self.unwritten = []
        super().close()


def _is_of_the_log(error: DatabaseError) -> bool:
    """Not a constraint of the change itself, which is checked just before its entries are written."""
    table = getattr(getattr(error.__cause__, "diag", None), "table_name", None)
    return table is None or table.startswith("audit_")
