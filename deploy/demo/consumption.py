"""What the demo's customers used in the last weeks."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import msgspec

from audit.actor import SYSTEM
from billing.models import Organization, Subscription
from billing.queries.plans import limits_of
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.models.meter import Meter
from usage.store.meters import ensure_meter

DAYS = 34  # events are taken up to 35 days back
PER_DAY = 3
BATCH = 2000
SOURCE = "demo"
EVERYTHING = Decimal(100_000)  # a month of a plan without a limit


def consume(*, now: datetime, seed: int = 7) -> int:
    """A few events a day for each served customer; most stay within their plan. Returns how many were accepted."""
    meter = ensure_meter(
        code="api_calls", name="API calls", event_type="api.call", value_property="count", unit="call", by=SYSTEM
    )
    served = Subscription.objects.served().values("organization_id")
    organizations = Organization.objects.filter(pk__in=served).order_by("pk")
    events = [event for organization in organizations for event in _events(organization, meter, now, seed)]
    accepted = 0
    for begin in range(0, len(events), BATCH):
        accepted += receive(events[begin : begin + BATCH], sender=Sender(), now=now).accepted
    return accepted


def _events(organization: Organization, meter: Meter, now: datetime, seed: int) -> list[bytes]:
    chance = Random(f"{seed}-{organization.email}")  # noqa: S311 - an example needs no secrets
    limit = limits_of(organization.pk).get(meter.code, Decimal(0)) or EVERYTHING
    first = organization.email.startswith("billing+000@")
    share = Decimal("0.4") if first else Decimal(chance.choice(["0.2", "0.4", "0.6", "0.7", "0.85", "1.15"]))
    each = max(int(limit * share / (30 * PER_DAY)), 1)
    return [
        _event(organization, meter, f"{slot:%Y%m%d}-{part}", slot - timedelta(minutes=chance.randrange(60)), each)
        for part in range(PER_DAY)
        for slot in (now - timedelta(days=day, hours=8 * part) for day in range(DAYS))
    ]


def _event(organization: Organization, meter: Meter, slot: str, at: datetime, count: int) -> bytes:
    """`slot` names a day and a part of it, once: told again later that day, it is the same event."""
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "type": meter.event_type,
            "source": SOURCE,
            "id": f"{slot}-{organization.public_id}",
            "subject": organization.public_id,
            "time": at.isoformat(),
            "data": {meter.value_property: count},
        }
    )
