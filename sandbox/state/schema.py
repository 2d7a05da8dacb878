"""Which parts of an object are indexed, so that lists filter without reading every object.

Four columns serve all nouns: customer, parent (the object that it belongs to), tag (another key it is found by)
and status.
"""

from collections.abc import Callable

from sandbox.jsons import Json
from sandbox.protocol.moments import moment

Columns = tuple[str | None, str | None, str | None, str | None]


def _of(value: object) -> str | None:
    if isinstance(value, dict):
        return str(value["id"])
    return None if value is None else str(value)


def _fields(parent: str | None = None, tag: str | None = None) -> Callable[[Json], Columns]:
    def columns(stored: Json) -> Columns:
        return (
            _of(stored.get("customer")),
            _of(stored.get(parent)) if parent else None,
            _of(stored.get(tag)) if tag else None,
            _of(stored.get("status")),
        )

    return columns


def _invoice(stored: Json) -> Columns:
    return _of(stored["customer"]), subscription_of(stored), stored["number"], stored["status"]


def _invoice_item(stored: Json) -> Columns:
    notes = stored["_"]
    waits_for = notes.get("waits_for") or notes["subscription"] or "customer"
    pending = waits_for if stored["invoice"] is None else None
    return _of(stored["customer"]), _of(stored["invoice"]), pending, None


def _invoice_payment(stored: Json) -> Columns:
    return None, stored["invoice"], stored["payment"].get("payment_intent"), stored["status"]


def _balance_transaction(stored: Json) -> Columns:
    """In place of a customer: the payout that paid it out, or `available` where it waits for one."""
    waiting = "available" if stored["status"] == "available" else None
    return stored["_"]["payout"] or waiting, stored["source"], stored["type"], stored["status"]


def _setup_attempt(stored: Json) -> Columns:
    return _of(stored["customer"]), stored["setup_intent"], None, stored["status"]


def _product(stored: Json) -> Columns:
    return None, None, None, _of(stored["active"])


def _price(stored: Json) -> Columns:
    return None, stored["product"], stored["lookup_key"], _of(stored["active"])


def _promotion_code(stored: Json) -> Columns:
    return stored["customer"], stored["promotion"]["coupon"], stored["code"].lower(), _of(stored["active"])


def _tax_rate(stored: Json) -> Columns:
    return None, None, _of(stored["inclusive"]), _of(stored["active"])


def _customer(stored: Json) -> Columns:
    return None, None, stored["email"], None


def _portal_configuration(stored: Json) -> Columns:
    return None, None, str(stored["is_default"]), str(stored["active"])


def _event(stored: Json) -> Columns:
    return None, _of(stored["data"]["object"].get("id")), stored["type"], None


def _feature(stored: Json) -> Columns:
    return None, None, stored["lookup_key"], _of(stored["active"])


def _entitlement(stored: Json) -> Columns:
    return stored["_"]["customer"], None, stored["feature"], None


def _product_feature(stored: Json) -> Columns:
    return None, stored["_"]["product"], stored["_"]["feature"], None


def subscription_of(invoice: Json) -> str | None:
    """The subscription id of an invoice, or None for a one-off invoice."""
    parent = invoice["parent"]
    return parent["subscription_details"]["subscription"] if parent else None


_COLUMNS: dict[str, Callable[[Json], Columns]] = {
    "invoice": _invoice,
    "invoiceitem": _invoice_item,
    "invoice_payment": _invoice_payment,
    "product": _product,
    "price": _price,
    "customer": _customer,
    "event": _event,
    "promotion_code": _promotion_code,
    "tax_rate": _tax_rate,
    "credit_note": _fields("invoice", "number"),
    "discount": _fields("subscription", "invoice"),
    "charge": _fields("payment_intent"),
    "refund": _fields("charge", "payment_intent"),
    "balance_transaction": _balance_transaction,
    "dispute": _fields("charge", "payment_intent"),
    "mandate": _fields("payment_method"),
    "setup_attempt": _setup_attempt,
    "setup_intent": _fields(None, "payment_method"),
    "radar.early_fraud_warning": _fields("charge", "payment_intent"),
    "payment_method": _fields(None, "type"),
    "subscription_schedule": _fields("subscription"),
    "checkout.session": _fields("subscription", "payment_intent"),
    "billing_portal.configuration": _portal_configuration,
    "payment_link": _product,
    "billing.meter": _fields(None, "event_name"),
    "entitlements.feature": _feature,
    "product_feature": _product_feature,
    "entitlements.active_entitlement": _entitlement,
    "v2.billing.meter_event_session": _fields(None, "authentication_token"),
    "v2.core.event": _fields("related_object", "type"),
}
_PLAIN = _fields()
Links = set[tuple[str, str]]


def _links_of_subscription(stored: Json) -> Links:
    items = stored["items"]["data"]
    return {("item", item["id"]) for item in items} | {("price", item["price"]["id"]) for item in items}


def _links_of_session(stored: Json) -> Links:
    email = (stored["customer_details"] or {}).get("email")
    link = stored["payment_link"]
    return ({("session_email", email)} if email else set()) | ({("session_link", link)} if link else set())


_LINKS: dict[str, Callable[[Json], Links]] = {
    "subscription": _links_of_subscription,
    "checkout.session": _links_of_session,
}


def links_of(stored: Json) -> Links | None:
    """(name, value) of what an object is also found by; None for a noun that has no such keys."""
    links = _LINKS.get(stored["object"])
    return links(stored) if links else None


TEST_CLOCK = "test_helpers.test_clock"
FORGOTTEN = "forgotten event"
"""The type of an event that is no longer shown, but still to be delivered."""
ACCOUNT_WIDE = frozenset(
    "account billing.meter billing_portal.configuration coupon entitlements.feature file payment_link payout plan"
    " price product product_feature promotion_code shipping_rate tax_rate topup webhook_endpoint".split()
)
"""Nouns that are the whole account's: they never live on a test clock, whoever made them."""


def created_of(stored: Json) -> int:
    """Unix seconds, whatever the noun calls it and however it writes it."""
    created = stored.get("created") or stored.get("date", 0)
    return moment(created, "created") if isinstance(created, str) else int(created)


def columns_of(stored: Json) -> Columns:
    return _COLUMNS.get(stored["object"], _PLAIN)(stored)
