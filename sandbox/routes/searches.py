"""Search by Stripe's query language, and the fields that each noun is searched by."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.operations.expand import Include
from sandbox.operations.router import Operation, Row
from sandbox.searching import SEARCH, Fields, count, search

NOUNS: dict[str, tuple[str, Fields]] = {
    "charges": ("charge", {
        "amount": "number", "billing_details.address.postal_code": "token", "created": "number", "currency": "token",
        "customer": "token", "disputed": "flag", "refunded": "flag", "status": "token",
        "payment_method_details.*.last4": "token", "payment_method_details.*.exp_month": "number",
        "payment_method_details.*.exp_year": "number", "payment_method_details.*.brand": "token",
        "payment_method_details.*.fingerprint": "token",
    }),
    "customers": ("customer", {"created": "number", "email": "string", "name": "string", "phone": "string"}),
    "invoices": ("invoice", {
        "created": "number", "currency": "token", "customer": "token", "number": "string", "total": "number",
        "receipt_number": "string", "status": "token",
        "subscription": "token@parent.subscription_details.subscription",
        "last_finalization_error_code": "token@last_finalization_error.code",
        "last_finalization_error_type": "token@last_finalization_error.type",
    }),
    "payment_intents": ("payment_intent", {
        "amount": "number", "created": "number", "currency": "token", "customer": "token", "status": "token",
    }),
    "prices": ("price", {
        "active": "flag", "currency": "token", "lookup_key": "string", "product": "string", "type": "token",
        "billing_scheme": "token",
    }),
    "products": ("product", {
        "active": "flag", "description": "string", "name": "string", "shippable": "flag", "url": "string",
    }),
    "subscriptions": ("subscription", {"canceled_at": "number", "created": "number", "status": "token"}),
}  # fmt: skip
"""Noun of the path -> (kind, fields); metadata is searched on all."""


def _searching(noun: str) -> Operation:
    kind, fields = NOUNS[noun]

    def operation(ctx: Context) -> Json:
        return search(ctx, noun, kind, fields)

    return operation


def _total_count(ctx: Context, result: Json) -> int:
    noun = str(result["url"]).split("/")[2]
    kind, fields = NOUNS[noun]
    return count(ctx, noun, kind, fields)


ROWS: list[Row] = [("GET", f"/v1/{noun}/search", _searching(noun), SEARCH) for noun in NOUNS]
INCLUDES: dict[tuple[str, str], Include] = {("search_result", "total_count"): _total_count}
