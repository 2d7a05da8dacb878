"""Usage: meters, the events that they count, and what these come to."""

from sandbox.nouns.reading import retriever
from sandbox.nouns.usage import meter_event_summaries, meter_events, meter_streams, meters, thin_events
from sandbox.operations.router import Row
from sandbox.state import stream_sessions

ROWS: list[Row] = [
    ("GET", "/v1/billing/meters", meters.list_all, meters.LIST),
    ("POST", "/v1/billing/meters", meters.create, meters.CREATE),
    ("GET", "/v1/billing/meters/{id}", retriever("billing.meter", "meter"), {}),
    ("POST", "/v1/billing/meters/{id}", meters.update, meters.UPDATE),
    ("POST", "/v1/billing/meters/{id}/deactivate", meters.deactivate, {}),
    ("POST", "/v1/billing/meters/{id}/reactivate", meters.reactivate, {}),
    ("GET", "/v1/billing/meters/{id}/event_summaries", meter_event_summaries.list_all, meter_event_summaries.LIST),
    ("POST", "/v1/billing/meter_events", meter_events.create, meter_events.CREATE),
    ("POST", "/v1/billing/meter_event_adjustments", meter_events.adjust, meter_events.ADJUST),
    ("POST", "/v2/billing/meter_events", meter_streams.create, meter_streams.CREATE),
    ("POST", "/v2/billing/meter_event_adjustments", meter_streams.adjust, meter_events.ADJUST),
    ("POST", "/v2/billing/meter_event_session", meter_streams.open_session, {}),
    ("POST", stream_sessions.PATH, meter_streams.stream, meter_streams.STREAM),
    ("GET", "/v2/core/events", thin_events.list_all, thin_events.LIST),
    ("GET", "/v2/core/events/{id}", thin_events.retrieve, {}),
]  # fmt: skip
