"""One concept a file; this module names them all for Django."""

from usage.models.meter import Meter
from usage.models.usage_bucket import UsageBucket
from usage.models.usage_event import UsageEvent
from usage.models.usage_record import UsageRecord

__all__ = ["Meter", "UsageBucket", "UsageEvent", "UsageRecord"]
