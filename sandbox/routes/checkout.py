"""Checkout sessions."""

from sandbox.expand import Include
from sandbox.nouns import checkout_params, checkout_sessions
from sandbox.nouns.reading import retriever
from sandbox.params import PAGE
from sandbox.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/checkout/sessions", checkout_sessions.list_all, checkout_params.LIST),
    ("POST", "/v1/checkout/sessions", checkout_sessions.create, checkout_params.CREATE),
    ("GET", "/v1/checkout/sessions/{id}", retriever("checkout.session"), {}),
    ("POST", "/v1/checkout/sessions/{id}", checkout_sessions.update, checkout_params.UPDATE),
    ("POST", "/v1/checkout/sessions/{id}/expire", checkout_sessions.expire, {}),
    ("GET", "/v1/checkout/sessions/{id}/line_items", checkout_sessions.line_items, PAGE),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("checkout.session", "line_items"): checkout_sessions.line_items_of,
}
