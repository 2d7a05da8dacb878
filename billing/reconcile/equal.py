"""Which objects need no comparison, because nothing about them moved since one found them equal.

What was equal is kept as one digest an object: over Stripe's object as its list shows it, the version of our snapshot,
which versions of our rows there are (PostgreSQL gives each write of a row another `xmin` or `ctid`,
https://www.postgresql.org/docs/current/ddl-system-columns.html), the newest fact of a subscription, the database, and
the code that maps one to the other. PostgreSQL computes it anew from what lies there now, so whatever writes a row, by
hand too, makes the digests differ; then the object is compared field by field. So do a rewrite of a table, a restored
dump and another version of the code: the error is always on the side of looking.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.db import connection

from billing.gateway import fields
from billing.models import ReconciledObject
from billing.projection import snapshot
from billing.projection.expected import TABLES, Table

QUERY = """
SELECT given.id, known.digest,
    encode(sha256(convert_to((
        given.digest, %s::text, (SELECT oid FROM pg_database WHERE datname = current_database()), object.version, {rows}
    )::text, 'UTF8')), 'hex')
FROM json_each_text(%s::json) AS given (id, digest)
JOIN billing_stripeobject AS object ON object.stripe_id = given.id AND NOT object.deleted
LEFT JOIN billing_reconciledobject AS known ON known.stripe_id = given.id
"""
ROW = '(SELECT (mine.xmin, mine.ctid) FROM "{table}" AS mine WHERE mine."{column}" = given.id)'
ROWS = """
(SELECT array_agg((mine.xmin, mine.ctid) ORDER BY mine.id) FROM "{table}" AS mine WHERE mine."{column}" = given.id)
"""
NEWEST_FACT = "(SELECT max(fact.id) FROM billing_subscriptionchange AS fact WHERE fact.subscription_id = given.id)"


class Known:
    """What is known of objects before they are compared. `equal` are ids; `present` the digests of what lies there
    now."""

    def __init__(self, equal: Iterable[str] = (), present: Mapping[str, str] | None = None) -> None:
        self.equal = frozenset(equal)
        self._present = present or {}

    def keep(self, ids: Iterable[str]) -> None:
        """These were found equal. The digests are of before the comparison: what changed in between is looked at."""
        found = [
            ReconciledObject(stripe_id=one, digest=self._present[one]) for one in sorted(ids) if one in self._present
        ]
        ReconciledObject.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["stripe_id"], update_fields=["digest"]
        )


def known(noun: str, digests: dict[str, str]) -> Known:
    """One query for them all. `digests` are of Stripe's objects as they were listed, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_query(noun), [_code(), orjson.dumps(digests).decode()])
        rows = cursor.fetchall()
    equal = (stripe_id for stripe_id, kept, present in rows if kept == present)
    return Known(equal, {stripe_id: present for stripe_id, _, present in rows})


def digest_of(content: dict[str, Any]) -> str:
    """Of an object that was read."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def _query(noun: str) -> str:
    rows = [_rows(table) for table in TABLES.get(noun, [])]
    return QUERY.format(rows=", ".join([*rows, NEWEST_FACT] if noun == "subscription" else rows or ["NULL"]))


def _rows(table: Table) -> str:
    words = ROWS if table.parent else ROW
    return words.format(table=table.model._meta.db_table, column=table.parent or table.key)


@cache
def _code() -> str:
    """Changes with the mapping from Stripe's objects to our rows."""
    files = [*Path(snapshot.__file__).parent.glob("*.py"), Path(fields.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
