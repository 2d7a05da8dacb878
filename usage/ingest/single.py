"""Count one use that happens here and now."""

from datetime import datetime

import msgspec

from billing.models.organization import Organization
from usage.ingest.outcome import Outcome
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.models.meter import Meter


def count_one(
    *, organization: Organization, meter: Meter, source: str, event_id: str, data: dict[str, object], now: datetime
) -> Outcome:
    """Count one unit of the meter, by the way that all events take. The same source and id count once; another
    `data` under them is rejected as `event_conflict`."""
    event = {
        "specversion": "1.0",
        "type": meter.event_type,
        "source": source,
        "id": event_id,
        "data": {**data, meter.value_property: 1},
    }
    return receive([msgspec.json.encode(event)], sender=Sender(organization), now=now)
