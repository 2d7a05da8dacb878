"""Checkout sessions, and the payment links that begin them."""

from sandbox.nouns.checkout import (
    checkout_params,
    checkout_sessions,
    checkout_totals,
    payment_link_params,
    payment_links,
)
from sandbox.nouns.reading import retriever
from sandbox.operations.expand import Include
from sandbox.operations.router import Row
from sandbox.protocol.params import PAGE

ROWS: list[Row] = [
    ("GET", "/v1/checkout/sessions", checkout_sessions.list_all, checkout_params.LIST),
    ("POST", "/v1/checkout/sessions", checkout_sessions.create, checkout_params.CREATE),
    ("GET", "/v1/checkout/sessions/{id}", retriever("checkout.session"), {}),
    ("POST", "/v1/checkout/sessions/{id}", checkout_sessions.update, checkout_params.UPDATE),
    ("POST", "/v1/checkout/sessions/{id}/expire", checkout_sessions.expire, {}),
    ("GET", "/v1/checkout/sessions/{id}/line_items", checkout_sessions.line_items, PAGE),
    ("GET", "/v1/payment_links", payment_links.list_all, payment_link_params.LIST),
    ("POST", "/v1/payment_links", payment_links.create, payment_link_params.CREATE),
    ("GET", "/v1/payment_links/{id}", retriever("payment_link", "payment link"), {}),
    ("POST", "/v1/payment_links/{id}", payment_links.update, payment_link_params.UPDATE),
    ("GET", "/v1/payment_links/{id}/line_items", payment_links.line_items, PAGE),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("checkout.session", "line_items"): checkout_sessions.line_items_of,
    ("checkout.session", "line_items.data.discounts"): checkout_sessions.discounted_items_of,
    ("checkout.session", "total_details.breakdown"): checkout_totals.broken_down,
    ("payment_link", "line_items"): payment_links.line_items_of,
}
