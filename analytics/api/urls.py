"""Routes of analytics, below the API's prefix."""

from django.urls import URLPattern, URLResolver, path

from analytics.api.movements import MovementsView
from analytics.api.mrr import MrrExplainView, MrrView, PlansView

urlpatterns: list[URLPattern | URLResolver] = [
    path("analytics/mrr", MrrView.as_view(), name="analytics-mrr"),
    path("analytics/mrr/explain", MrrExplainView.as_view(), name="analytics-mrr-explain"),
    path("analytics/movements", MovementsView.as_view(), name="analytics-movements"),
    path("analytics/plans", PlansView.as_view(), name="analytics-plans"),
]
