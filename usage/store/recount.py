"""Compare the rollup with a recount of the raw events, and set it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db import connection

from usage.domain.windows import HOUR, Window
from usage.store.retry import in_transaction

_HOUR = "date_bin('1 hour', time, '1970-01-01 00:00:00+00')"
_RECOUNT = f"""
    SELECT organization_id, meter_id, {_HOUR} AS hour, sum(value) AS total, count(*) AS count
    FROM usage_usageevent WHERE time >= %(start)s AND time < %(end)s GROUP BY 1, 2, 3
"""  # noqa: S608 - the one inserted word is a constant

# One statement: events and rollup are committed together, so one snapshot shows no half of a batch
_DIFFERENCES = f"""
WITH recounted AS ({_RECOUNT}), rolled AS (
    SELECT * FROM usage_usagebucket WHERE hour >= %(start)s AND hour < %(end)s
)
SELECT organization_id, meter_id, hour, coalesce(rolled.total, 0), coalesce(rolled.count, 0),
    coalesce(recounted.total, 0), coalesce(recounted.count, 0)
FROM recounted FULL JOIN rolled USING (organization_id, meter_id, hour)
WHERE (coalesce(rolled.total, 0), coalesce(rolled.count, 0))
    <> (coalesce(recounted.total, 0), coalesce(recounted.count, 0))
ORDER BY organization_id, meter_id, hour
"""  # noqa: S608 - as above

_KEYS = "json_to_recordset(%(keys)s::json) AS key(organization_id bigint, meter_id bigint, hour timestamptz)"

# Takes the lock of every bucket, in the order in which ingestion takes them, making those that are missing
_LOCK = f"""
INSERT INTO usage_usagebucket AS bucket (organization_id, meter_id, hour, total, count)
SELECT organization_id, meter_id, hour, 0, 0 FROM {_KEYS} ORDER BY organization_id, meter_id, hour
ON CONFLICT (organization_id, meter_id, hour) DO UPDATE SET count = bucket.count
"""  # noqa: S608 - as above

# After the lock, and in a statement of its own: it sees every event whose batch is in the bucket already, and
# none of a batch that still waits for the bucket
_REPAIR = f"""
UPDATE usage_usagebucket AS bucket
SET total = coalesce(recounted.total, 0), count = coalesce(recounted.count, 0)
FROM {_KEYS} LEFT JOIN ({_RECOUNT}) AS recounted USING (organization_id, meter_id, hour)
WHERE (bucket.organization_id, bucket.meter_id, bucket.hour) = (key.organization_id, key.meter_id, key.hour)
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Difference:
    """One bucket that is not what its events come to."""

    organization_id: int
    meter_id: int
    hour: datetime
    rolled_total: Decimal
    rolled_count: int
    total: Decimal
    count: int


class _Key(msgspec.Struct, frozen=True):
    organization_id: int
    meter_id: int
    hour: datetime


def differences(window: Window) -> list[Difference]:
    """Buckets of the window, which begins and ends on a full UTC hour, that differ from a recount."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"start": window.start, "end": window.end})
        return [Difference(*row) for row in cursor.fetchall()]


def repair(found: Sequence[Difference]) -> None:
    """Set these buckets to what their events come to, in one transaction, also while events arrive."""
    if found:
        in_transaction(lambda: _repair(found))


def _repair(found: Sequence[Difference]) -> None:
    keys = [_Key(one.organization_id, one.meter_id, one.hour) for one in found]
    parameters: dict[str, str | datetime] = {
        "keys": msgspec.json.encode(keys).decode(),
        "start": min(one.hour for one in found),
        "end": max(one.hour for one in found) + HOUR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, parameters)
        cursor.execute(_REPAIR, parameters)
