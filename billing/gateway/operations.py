"""Every write that we ask of Stripe, by the name that StripeCommand stores."""

from dataclasses import dataclass
from typing import Any

from billing.domain.ids import COMMAND_KEY
from billing.gateway.client import Json, ask
from billing.gateway.lookups import LookUp, changed, ended, made


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` may name `{id}`, which is taken out of the parameters. `look_up` finds out whether it was carried out.
    `marked`: the object takes metadata, and keeps the id of the command that asked for it."""

    method: str
    path: str
    look_up: LookUp
    marked: bool = True


OPERATIONS: dict[str, Operation] = {
    "customers.create": Operation("post", "/v1/customers", made("/v1/customers", by={"email": "email"})),
    "customers.delete": Operation(
        "delete", "/v1/customers/{id}", ended("/v1/customers", "deleted", True), marked=False
    ),
    "customers.update": Operation("post", "/v1/customers/{id}", changed("/v1/customers"), marked=False),
    "payment_methods.attach": Operation(
        "post", "/v1/payment_methods/{id}/attach", changed("/v1/payment_methods"), marked=False
    ),
    "prices.create": Operation("post", "/v1/prices", made("/v1/prices", by={"product": "product"})),
    "products.create": Operation("post", "/v1/products", made("/v1/products", by={})),
    "refunds.create": Operation("post", "/v1/refunds", made("/v1/refunds", by={"payment_intent": "payment_intent"})),
    "subscriptions.cancel": Operation(
        "delete", "/v1/subscriptions/{id}", ended("/v1/subscriptions", "status", "canceled"), marked=False
    ),
    "subscriptions.create": Operation(
        "post", "/v1/subscriptions", made("/v1/subscriptions", by={"customer": "customer"}, status="all")
    ),
    "subscriptions.update": Operation("post", "/v1/subscriptions/{id}", changed("/v1/subscriptions")),
    "webhook_endpoints.create": Operation("post", "/v1/webhook_endpoints", made("/v1/webhook_endpoints", by={})),
}


def marked(name: str, parameters: dict[str, Any], mark: str) -> dict[str, Any]:
    """The parameters with the mark in their metadata, where the object keeps one. Stripe merges metadata by key."""
    operation = OPERATIONS.get(name)
    if operation is None or not operation.marked:
        return parameters
    return {**parameters, "metadata": {**parameters.get("metadata", {}), COMMAND_KEY: mark}}


def perform(name: str, parameters: dict[str, Any], *, idempotency_key: str, bulk: bool = False) -> Json:
    """Carry out the operation and return the object that Stripe answered with.

    Raises KeyError for a name that is not in the table, and the faults of `billing.gateway.errors`.
    """
    operation = OPERATIONS[name]
    rest = {key: value for key, value in parameters.items() if key != "id"}
    path = operation.path.format(id=parameters.get("id", ""))
    return ask(operation.method, path, _ordered(rest), operation=name, idempotency_key=idempotency_key, bulk=bulk)


def look_up(name: str, parameters: dict[str, Any], *, mark: str) -> Json | None:
    """The object as Stripe has it now, where the operation was carried out under this mark; None where it was not.

    Raises Unsure where that cannot be told, KeyError for a name that is not in the table, and the faults of
    `billing.gateway.errors`.
    """
    return OPERATIONS[name].look_up(parameters, mark)


def _ordered(value: Any) -> Any:
    """Always the same order of words: a stored command comes back from JSONB in another than it was made in, and
    Stripe refuses a key whose request is not the same."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    return value
