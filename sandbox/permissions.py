"""Restricted keys: what a key `rk_test_...` may do, by resource.

A key has none, read or write for each resource; write implies read. GET asks for read, everything else for write,
as Stripe documents it. Keys are registered by `/_sandbox/keys`. Until the first one is, any restricted key may do
everything; from then on an unknown one is refused.
"""

from sandbox import ACCOUNT_ID
from sandbox.jsons import Json
from sandbox.protocol.authentication import masked
from sandbox.protocol.errors import StripeError, unauthorized
from sandbox.state.store import Store

LEVELS = ("none", "read", "write")
ANY = "*"
_RESOURCES = {
    "account": "account",
    "accounts": "account",
    "balance": "balance",
    "balance_transactions": "balance",
    "billing_portal": "customer_portal",
    "checkout": "checkout_session",
    "invoice_payments": "invoice",
    "invoiceitems": "invoice",
    "plans": "plan",
    "prices": "plan",
    "refunds": "charge",
    "setup_attempts": "setup_intent",
    "subscription_items": "subscription",
    "subscription_schedules": "subscription",
    "webhook_endpoints": "webhook",
}
"""First part of a path -> the resource of Stripe's permissions, where it is not the singular of that part."""


def resource_of(template: str) -> str:
    """The resource that the path of an operation belongs to, such as `customer` for `/v1/customers/{id}`."""
    parts = template.removeprefix("/v1/").split("/")
    if parts[0] in ("billing", "test_helpers") and len(parts) > 1:
        return f"{parts[0]}_{parts[1]}".removeprefix("test_helpers_").removesuffix("s")
    return _RESOURCES.get(parts[0], parts[0].removesuffix("s"))


def permit(store: Store, key: str, method: str, template: str) -> None:
    """Raises 401 for a restricted key that is not registered, 403 for one that lacks the permission."""
    if not key.startswith("rk_"):
        return
    registered = keys(store)
    if not registered:
        return
    if key not in registered:
        raise unauthorized(f"Invalid API Key provided: {masked(key)}")
    resource, needed = resource_of(template), "read" if method == "GET" else "write"
    permissions = registered[key]["permissions"]
    if LEVELS.index(permissions.get(resource, permissions.get(ANY, "none"))) < LEVELS.index(needed):
        raise StripeError(
            403,
            "invalid_request_error",
            f"The provided key '{masked(key)}' does not have the required permissions for this endpoint on account"
            f" '{ACCOUNT_ID}'. Having the 'rak_{resource}_{needed}' permission would allow this request to continue.",
        )


def keys(store: Store) -> dict[str, Json]:
    """Registered restricted keys -> {"name", "permissions"}."""
    with store.lock:
        registered: dict[str, Json] = store.note("keys", {})
    return registered
