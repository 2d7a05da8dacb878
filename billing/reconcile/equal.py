"""Which objects need no comparison, because nothing about them moved since one found them equal.

What was equal is kept as one digest an object: over Stripe's object as its list shows it, the version of our snapshot,
our rows of it as text, the newest fact of a subscription, and the code that maps one to the other. PostgreSQL computes
it anew from what lies there now, so whatever changes a row, by hand too, makes the digests differ; then the object is
compared field by field. A digest of other settings of a session, or of an older version of the code, differs as well:
the error is always on the side of looking.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import orjson
from django.db import connection

from billing.gateway import fields
from billing.models import ReconciledObject
from billing.projection import snapshot
from billing.projection.expected import TABLES, Table
from billing.projection.sighting import Fetched

QUERY = """
SELECT given.id, present.digest, known.digest = present.digest
FROM json_to_recordset(%s::json) AS given (id text, digest text)
JOIN billing_stripeobject AS object ON object.stripe_id = given.id AND NOT object.deleted
CROSS JOIN LATERAL (
    SELECT encode(sha256(convert_to((given.digest, %s::text, object.version, {rows})::text, 'UTF8')), 'hex') AS digest
) AS present
LEFT JOIN billing_reconciledobject AS known ON known.stripe_id = given.id
"""
ROWS = '(SELECT array_agg(mine.*::text ORDER BY mine.id) FROM "{table}" AS mine WHERE mine."{column}" = given.id)'
NEWEST_FACT = "(SELECT max(fact.id) FROM billing_subscriptionchange AS fact WHERE fact.subscription_id = given.id)"


class Known:
    """What is known of a page before it is compared. `equal` are ids; `present` the digests of what lies there now."""

    def __init__(self, equal: Iterable[str], present: Mapping[str, str]) -> None:
        self.equal = frozenset(equal)
        self._present = present

    def keep(self, ids: Iterable[str]) -> None:
        """These were found equal. The digests are of before the comparison: what changed in between is looked at."""
        found = [
            ReconciledObject(stripe_id=one, digest=self._present[one]) for one in sorted(ids) if one in self._present
        ]
        ReconciledObject.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["stripe_id"], update_fields=["digest"]
        )


def known(noun: str, answers: Sequence[Fetched]) -> Known:
    """One query for a page."""
    given = [{"id": one.stripe_id, "digest": _digest(one)} for one in answers if one.snapshot]
    with connection.cursor() as cursor:
        cursor.execute(_query(noun), [orjson.dumps(given).decode(), _code()])
        rows = cursor.fetchall()
    return Known((row[0] for row in rows if row[2]), {row[0]: row[1] for row in rows})


def _digest(one: Fetched) -> str:
    try:
        content = orjson.dumps(one.snapshot, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # numbers beyond 64 bits
        content = json.dumps(one.snapshot, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()


@cache
def _query(noun: str) -> str:
    rows = [_rows(table) for table in TABLES.get(noun, [])]
    return QUERY.format(rows=", ".join([*rows, NEWEST_FACT] if noun == "subscription" else rows or ["NULL"]))


def _rows(table: Table) -> str:
    return ROWS.format(table=table.model._meta.db_table, column=table.parent or table.key)


@cache
def _code() -> str:
    """Changes with the mapping from Stripe's objects to our rows."""
    files = [*Path(snapshot.__file__).parent.glob("*.py"), Path(fields.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()
