"""Subscriptions and their items."""

from sandbox.nouns.reading import retriever
from sandbox.nouns.subscriptions import (
    discounts,
    subscription_items,
    subscription_lists,
    subscription_params,
    subscription_resuming,
    subscriptions,
)
from sandbox.operations.router import Row

ROWS: list[Row] = [
    ("GET", "/v1/subscriptions", subscription_lists.list_all, subscription_params.LIST),
    ("POST", "/v1/subscriptions", subscriptions.create, subscription_params.CREATE),
    ("GET", "/v1/subscriptions/{id}", retriever("subscription"), {}),
    ("POST", "/v1/subscriptions/{id}", subscriptions.update, subscription_params.UPDATE),
    ("DELETE", "/v1/subscriptions/{id}", subscriptions.cancel, subscription_params.CANCEL),
    ("POST", "/v1/subscriptions/{id}/resume", subscription_resuming.resume, subscription_params.RESUME),
    ("POST", "/v1/subscriptions/{id}/migrate", subscription_resuming.migrate, subscription_params.MIGRATE),
    ("DELETE", "/v1/subscriptions/{id}/discount", discounts.delete_of_subscription, {}),
    ("GET", "/v1/subscription_items", subscription_items.list_all, subscription_items.LIST),
    ("POST", "/v1/subscription_items", subscription_items.create, subscription_items.CREATE),
    ("GET", "/v1/subscription_items/{id}", subscription_items.retrieve, {}),
    ("POST", "/v1/subscription_items/{id}", subscription_items.update, subscription_items.UPDATE),
    ("DELETE", "/v1/subscription_items/{id}", subscription_items.delete, subscription_items.DELETE),
]  # fmt: skip
