"""The product's routes, and the peers that it is measured against. dj-stripe's view is served here alone."""

from django.urls import include, path

from bench.overlay import views
from config.urls import urlpatterns as product

urlpatterns = [
    path("bench/no-op", views.no_op),
    path("bench/select-one", views.select_one),
    path("bench/invoices-json", views.invoices_as_json),
    path("bench/djstripe/", include("djstripe.urls", namespace="djstripe")),
    *product,
]
