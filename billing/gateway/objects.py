"""Read objects from Stripe, whole."""

from collections.abc import Iterator
from typing import Any

from billing.gateway.client import Json, ask
from billing.gateway.errors import Missing

PATHS: dict[str, str] = {
    "account": "/v1/accounts",
    "balance_transaction": "/v1/balance_transactions",
    "charge": "/v1/charges",
    "checkout.session": "/v1/checkout/sessions",
    "credit_note": "/v1/credit_notes",
    "customer": "/v1/customers",
    "dispute": "/v1/disputes",
    "invoice": "/v1/invoices",
    "invoice_payment": "/v1/invoice_payments",
    "payment_intent": "/v1/payment_intents",
    "payment_method": "/v1/payment_methods",
    "payout": "/v1/payouts",
    "price": "/v1/prices",
    "product": "/v1/products",
    "refund": "/v1/refunds",
    "setup_intent": "/v1/setup_intents",
    "subscription": "/v1/subscriptions",
}
# Lists inside an object hold at most its first page: 10 lines of an invoice, 10 items of a subscription.
NESTED_LISTS: dict[str, str] = {"credit_note": "lines", "invoice": "lines", "subscription": "items"}


def can_fetch(object_type: str) -> bool:
    return object_type in PATHS


def fetch(object_type: str, stripe_id: str) -> Json | None:
    """The object as Stripe has it now, its nested list complete; None where Stripe has no such object."""
    try:
        snapshot = ask("get", f"{PATHS[object_type]}/{stripe_id}", operation=f"{object_type}.retrieve", bulk=True)
    except Missing:
        return None
    return completed(snapshot)


def is_complete(snapshot: Json) -> bool:
    nested = snapshot.get(NESTED_LISTS.get(str(snapshot.get("object")), ""))
    return not (isinstance(nested, dict) and nested.get("has_more"))


def completed(snapshot: Json) -> Json:
    """The snapshot with the further pages of its nested list added."""
    if is_complete(snapshot):
        return snapshot
    name = NESTED_LISTS[snapshot["object"]]
    nested = snapshot[name]
    rows = [*nested["data"], *pages(nested["url"], starting_after=nested["data"][-1]["id"])]
    return {**snapshot, name: {**nested, "data": rows, "has_more": False}}


def pages(path: str, **parameters: Any) -> Iterator[Json]:
    """Every object of a list, page by page, newest first as Stripe sorts."""
    while True:
        page = ask("get", path, {"limit": 100, **parameters}, operation=f"list {path.split('/')[2]}", bulk=True)
        yield from page["data"]
        if not page.get("has_more") or not page["data"]:
            return
        parameters["starting_after"] = page["data"][-1]["id"]
