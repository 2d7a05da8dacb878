"""What becomes of the events that are sent."""

from prometheus_client import Counter

events = Counter("usage_events_total", "Usage events by what became of them", ["outcome"])
