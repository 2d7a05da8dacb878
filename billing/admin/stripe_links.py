"""Where Stripe's dashboard shows an object. The sandbox has no dashboard, so there is no link there."""

from django.conf import settings

from billing.templatetags.parts import identifier_part

PATHS = {
    "cus": "customers",
    "in": "invoices",
    "pi": "payments",
    "ch": "payments",
    "sub": "subscriptions",
    "prod": "products",
    "price": "prices",
    "evt": "events",
    "re": "refunds",
}


def dashboard_address(stripe_id: str) -> str:
    path = PATHS.get(stripe_id.split("_")[0])
    if path is None or settings.STRIPE_API_BASE != "https://api.stripe.com":
        return ""
    mode = "" if settings.STRIPE_LIVE_MODE else "test/"
    return f"https://dashboard.stripe.com/{mode}{path}/{stripe_id}"


def stripe_part(stripe_id: str | None) -> object:
    """The id to copy, with a link to it at Stripe."""
    return identifier_part(stripe_id or "", dashboard_address(stripe_id or ""))
