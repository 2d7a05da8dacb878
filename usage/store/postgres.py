"""Events and their rollup in PostgreSQL.

PostgreSQL decides what is a duplicate: its unique index is exact. Every statement that writes several rows
writes them in the order of their key, so that two of them never wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db import connection

from usage.store.retry import in_transaction

# Epoch as origin: date_trunc would follow the session's time zone
_HOUR = "date_bin('1 hour', time, '1970-01-01 00:00:00+00')"

_ADD = f"""
WITH sent AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s::json) AS e(
        position int, organization_id bigint, source text, event_id text, meter_id bigint, time timestamptz,
        received_at timestamptz, value numeric, data jsonb, payload_hash text)
), added AS (
    INSERT INTO usage_usageevent
        (organization_id, source, event_id, meter_id, time, received_at, value, data, payload_hash)
    SELECT organization_id, source, event_id, meter_id, time, received_at, value, data, decode(payload_hash, 'hex')
    FROM sent ORDER BY organization_id, source, event_id
    ON CONFLICT (organization_id, source, event_id) DO NOTHING
    RETURNING organization_id, source, event_id, meter_id, time, value
), rolled AS (
    INSERT INTO usage_usagebucket AS bucket (organization_id, meter_id, hour, total, count)
    SELECT organization_id, meter_id, {_HOUR}, sum(value), count(*)
    FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (organization_id, meter_id, hour)
    DO UPDATE SET total = bucket.total + excluded.total, count = bucket.count + excluded.count
)
SELECT position FROM sent LEFT JOIN added USING (organization_id, source, event_id) WHERE added.event_id IS NULL
"""  # noqa: S608 - the one inserted word is a constant

# A statement of its own: rows that another transaction committed meanwhile are not in the snapshot of _ADD
_HASHES = """
SELECT sent.position, encode(stored.payload_hash, 'hex')
FROM json_to_recordset(%s::json) AS sent(position int, organization_id bigint, source text, event_id text)
JOIN usage_usageevent AS stored USING (organization_id, source, event_id)
"""


Identity = tuple[int, str, str]
"""Organization, source, event id."""


class Row(msgspec.Struct, frozen=True):
    """One event to be stored. `data` is JSON already, `payload_hash` hexadecimal."""

    position: int
    organization_id: int
    source: str
    event_id: str
    meter_id: int
    time: datetime
    received_at: datetime
    value: Decimal
    data: msgspec.Raw
    payload_hash: str

    @property
    def identity(self) -> Identity:
        return self.organization_id, self.source, self.event_id


class _Key(msgspec.Struct, frozen=True):
    position: int
    organization_id: int
    source: str
    event_id: str


_encoder = msgspec.json.Encoder(decimal_format="number")


def add(rows: Sequence[Row]) -> dict[int, str]:
    """Store what is new and roll it up, in one transaction; `rows` hold each identity once.

    Returns the stored payload hash of each row that was there before, by its position. Committed on return,
    unless the caller has a transaction open.
    """
    return in_transaction(lambda: _add(rows)) if rows else {}


def _add(rows: Sequence[Row]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [_encoder.encode(rows).decode()])
        known = {position for (position,) in cursor.fetchall()}
        if not known:
            return {}
        keys = [_Key(row.position, *row.identity) for row in rows if row.position in known]
        cursor.execute(_HASHES, [_encoder.encode(keys).decode()])
        return dict(cursor.fetchall())
