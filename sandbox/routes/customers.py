"""Customers and how they pay."""

from sandbox.expand import Include
from sandbox.nouns import customers, payment_methods
from sandbox.nouns.reading import retriever
from sandbox.params import PAGE, text
from sandbox.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/customers", customers.list_all, customers.LIST),
    ("POST", "/v1/customers", customers.create, customers.CREATE),
    ("GET", "/v1/customers/{id}", customers.retrieve, {}),
    ("POST", "/v1/customers/{id}", customers.update, customers.UPDATE),
    ("DELETE", "/v1/customers/{id}", customers.delete, {}),
    ("GET", "/v1/customers/{id}/payment_methods", customers.payment_methods, {**PAGE, "type": text}),
    ("GET", "/v1/customers/{id}/balance_transactions", customers.balance_transactions, PAGE),
    ("POST", "/v1/customers/{id}/balance_transactions", customers.adjust_balance, customers.BALANCE),
    ("GET", "/v1/payment_methods", payment_methods.list_all, payment_methods.LIST),
    ("POST", "/v1/payment_methods", payment_methods.create, payment_methods.CREATE),
    ("GET", "/v1/payment_methods/{id}", retriever("payment_method", "PaymentMethod"), {}),
    ("POST", "/v1/payment_methods/{id}", payment_methods.update, payment_methods.UPDATE),
    ("POST", "/v1/payment_methods/{id}/attach", payment_methods.attach, payment_methods.ATTACH),
    ("POST", "/v1/payment_methods/{id}/detach", payment_methods.detach, {}),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("customer", "subscriptions"): customers.subscriptions_of,
    ("customer", "sources"): customers.nothing_of("sources"),
    ("customer", "tax_ids"): customers.nothing_of("tax_ids"),
}
