"""Customers and how they pay."""

from sandbox.nouns.customers import customers, tax_ids
from sandbox.nouns.payments import payment_methods
from sandbox.nouns.reading import retriever
from sandbox.nouns.subscriptions import discounts
from sandbox.operations.expand import Include
from sandbox.operations.router import Row
from sandbox.protocol.params import PAGE, text

ROWS: list[Row] = [
    ("GET", "/v1/customers", customers.list_all, customers.LIST),
    ("POST", "/v1/customers", customers.create, customers.CREATE),
    ("GET", "/v1/customers/{id}", customers.retrieve, {}),
    ("POST", "/v1/customers/{id}", customers.update, customers.UPDATE),
    ("DELETE", "/v1/customers/{id}", customers.delete, {}),
    ("GET", "/v1/customers/{id}/payment_methods", customers.payment_methods, {**PAGE, "type": text}),
    ("GET", "/v1/customers/{id}/balance_transactions", customers.balance_transactions, PAGE),
    ("POST", "/v1/customers/{id}/balance_transactions", customers.adjust_balance, customers.BALANCE),
    ("DELETE", "/v1/customers/{id}/discount", discounts.delete_of_customer, {}),
    ("GET", "/v1/customers/{id}/tax_ids", tax_ids.list_of_customer, PAGE),
    ("POST", "/v1/customers/{id}/tax_ids", tax_ids.create_of_customer, tax_ids.CREATE),
    ("GET", "/v1/customers/{id}/tax_ids/{tax_id}", tax_ids.retrieve_of_customer, {}),
    ("DELETE", "/v1/customers/{id}/tax_ids/{tax_id}", tax_ids.delete_of_customer, {}),
    ("GET", "/v1/tax_ids", tax_ids.list_all, tax_ids.LIST),
    ("POST", "/v1/tax_ids", tax_ids.create, tax_ids.CREATE_FOR_OWNER),
    ("GET", "/v1/tax_ids/{id}", retriever("tax_id", "tax id"), {}),
    ("DELETE", "/v1/tax_ids/{id}", tax_ids.delete, {}),
    ("GET", "/v1/customers/{id}/payment_methods/{method}", payment_methods.of_customer, {}),
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
    ("customer", "tax_ids"): tax_ids.tax_ids_of,
}
