"""The staff's theme: colours, sidebar and the badge that says whose money this is."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse_lazy


def environment(request: HttpRequest) -> tuple[str, str, str]:
    """LIVE, TEST or DEMO, its tone and what it means; visible on every page."""
    if settings.STRIPE_LIVE_MODE:
        return "LIVE", "danger", "Real money: what is done here reaches customers"
    if settings.STRIPE_API_BASE == "https://api.stripe.com":
        return "TEST", "warning", "Stripe's test mode: no real money"
    return "DEMO", "info", "The built-in stand-in for Stripe: no real money"


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    def allowed(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permission))

    return allowed


def _page(title: str, model: str) -> dict[str, Any]:
    """A list in the sidebar, for those who may see it. `model` is app.model."""
    app, name = model.split(".")
    return {
        "title": title,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may(f"{app}.view_{name}"),
    }


NAVIGATION = [
    {"title": "", "items": [{"title": "Home", "link": reverse_lazy("admin:index")}]},
    {
        "title": "Work",
        "items": [
            _page("Approvals", "billing.approval"),
            _page("Discrepancies", "billing.discrepancy"),
            _page("Dead letters", "billing.deadletter"),
        ],
    },
    {
        "title": "Customers",
        "items": [
            _page("Organizations", "billing.organization"),
            _page("Subscriptions", "billing.subscription"),
        ],
    },
    {"title": "Money", "items": [_page("Invoices", "billing.invoice"), _page("Payments", "billing.payment")]},
    {"title": "Usage", "items": [_page("Meters", "usage.meter"), _page("Live events", "usage.usageevent")]},
    {"title": "Analytics", "items": [_page("MRR movements", "analytics.mrrmovement")]},
    {
        "title": "System",
        "items": [
            _page("Inbox", "billing.webhookevent"),
            _page("Replays", "billing.replay"),
            _page("Stripe commands", "billing.stripecommand"),
            _page("Reconciliation", "billing.reconciliationrun"),
        ],
    },
    {
        "title": "Audit",
        "items": [
            _page("Entries", "audit.auditentry"),
            {"title": "Chain", "link": reverse_lazy("admin:audit_chain"), "permission": _may("audit.view_auditentry")},
        ],
    },
    {
        "title": "Settings",
        "items": [
            _page("Plans", "billing.plan"),
            _page("Staff", "billing.user"),
            _page("Groups", "auth.group"),
            _page("API keys", "billing.apikey"),
        ],
    },
]

# Text and controls reach 4.5:1 and 3:1 on white and on the dark ground; Unfold's own purple and grey do not
COLORS = {
    "base": {
        "50": "#f5f7f9",
        "100": "#eef0f3",
        "200": "#c3cad3",
        "300": "#a6b1bf",
        "400": "#77818f",
        "500": "#55606e",
        "600": "#3f4956",
        "700": "#2d394a",
        "800": "#1d2736",
        "900": "#10161f",
        "950": "#0b1018",
    },
    "primary": {
        "50": "#f0f5fc",
        "100": "#e8f0fb",
        "200": "#c9dcf6",
        "300": "#a9c8ff",
        "400": "#8ab4ff",
        "500": "#8ab4ff",
        "600": "#1d4f91",
        "700": "#163f75",
        "800": "#12325d",
        "900": "#0e2747",
        "950": "#0b1626",
    },
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Countinghouse",
    "SITE_HEADER": "Countinghouse",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "config.unfold.environment",
    "COLORS": COLORS,
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
