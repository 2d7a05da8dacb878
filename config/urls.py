"""Every route of the product.

The canonical prefix of the API is `/api/v1/`; `/api/` answers through the same views, for the guides' spellings.
"""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from billing.inbox.views import stripe_webhook
from config import errors, pages
from config.metrics import metrics

_api: list[URLPattern | URLResolver] = [
    path("", include("billing.api.urls")),
    path("", include("usage.api.urls")),
    path("", include("analytics.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # With and without a slash, never by a redirect: Stripe does not follow them
    re_path(r"^api/(?:v1/|billing/|v1/billing/)?webhooks/stripe/?$", stripe_webhook, name="stripe-webhook"),
    path("api/", include(_api)),
    path("api/v1/", include(_api)),  # last of the two: `reverse` gives this one
    re_path(r"^api(?:/(?P<path>.*))?$", errors.api_route_not_found),
    path("admin/account/", include("billing.admin.account.urls")),
    path("admin/login/", admin.site.login, name="account_login"),  # the name that allauth knows it by
    path("admin/", admin.site.urls),
    path("metrics", metrics, name="metrics"),
    path("unauthorized", pages.unauthorized, name="unauthorized"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
