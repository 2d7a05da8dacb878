"""Routes of usage, below the API's prefix."""

from django.urls import URLPattern, URLResolver, path

from usage.api.agents import ExecuteAgentView
from usage.api.current import CurrentUsageView
from usage.api.events import UsageEventsView
from usage.api.meter_query import MeterQueryView
from usage.api.meters import MetersView

urlpatterns: list[URLPattern | URLResolver] = [
    path("usage/events", UsageEventsView.as_view(), name="usage-events"),
    path("usage/meters", MetersView.as_view(), name="usage-meters"),
    path("usage/meters/<str:code>/query", MeterQueryView.as_view(), name="usage-meter-query"),
    path("billing/usage/current", CurrentUsageView.as_view(), name="usage-current"),
    path("agents/execute", ExecuteAgentView.as_view(), name="agents-execute"),
]
