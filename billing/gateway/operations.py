"""Every write that we ask of Stripe, by the name that StripeCommand stores."""

from dataclasses import dataclass
from typing import Any

from billing.gateway.client import Json, ask


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` may name `{id}`, which is taken out of the parameters."""

    method: str
    path: str


OPERATIONS: dict[str, Operation] = {
    "customers.create": Operation("post", "/v1/customers"),
    "customers.delete": Operation("delete", "/v1/customers/{id}"),
    "customers.update": Operation("post", "/v1/customers/{id}"),
    "payment_methods.attach": Operation("post", "/v1/payment_methods/{id}/attach"),
    "prices.create": Operation("post", "/v1/prices"),
    "products.create": Operation("post", "/v1/products"),
    "refunds.create": Operation("post", "/v1/refunds"),
    "subscriptions.cancel": Operation("delete", "/v1/subscriptions/{id}"),
    "subscriptions.create": Operation("post", "/v1/subscriptions"),
    "subscriptions.update": Operation("post", "/v1/subscriptions/{id}"),
    "webhook_endpoints.create": Operation("post", "/v1/webhook_endpoints"),
}


def perform(name: str, parameters: dict[str, Any], *, idempotency_key: str) -> Json:
    """Carry out the operation and return the object that Stripe answered with.

    Raises KeyError for a name that is not in the table, and the faults of `billing.gateway.errors`.
    """
    operation = OPERATIONS[name]
    rest = {key: value for key, value in parameters.items() if key != "id"}
    path = operation.path.format(id=parameters.get("id", ""))
    return ask(operation.method, path, _ordered(rest), operation=name, idempotency_key=idempotency_key)


def _ordered(value: Any) -> Any:
    """Always the same order of words: a stored command comes back from JSONB in another than it was made in, and
    Stripe refuses a key whose request is not the same."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    return value
