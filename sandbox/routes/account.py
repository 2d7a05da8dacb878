"""The account itself, its events and its webhook endpoints."""

from sandbox.nouns.account import account, balance, events, webhook_endpoints
from sandbox.nouns.reading import lister, retriever
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/account", account.retrieve, {}),
    ("GET", "/v1/accounts/{id}", account.retrieve_one, {}),
    ("GET", "/v1/balance", balance.retrieve, {}),
    ("GET", "/v1/events", events.list_all, events.LIST),
    ("GET", "/v1/events/{id}", events.retrieve, {}),
    ("GET", "/v1/webhook_endpoints", lister("webhook_endpoint", "/v1/webhook_endpoints"), webhook_endpoints.LIST),
    ("POST", "/v1/webhook_endpoints", webhook_endpoints.create, webhook_endpoints.CREATE),
    ("GET", "/v1/webhook_endpoints/{id}", retriever("webhook_endpoint"), {}),
    ("POST", "/v1/webhook_endpoints/{id}", webhook_endpoints.update, webhook_endpoints.UPDATE),
    ("DELETE", "/v1/webhook_endpoints/{id}", webhook_endpoints.delete, {}),
]  # fmt: skip
