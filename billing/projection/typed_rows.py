"""The typed rows of an object, as plain values: to compare what is here with what would be."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Model

from billing.models import (
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Organization,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Plan,
    Price,
    Refund,
    Subscription,
    SubscriptionItem,
)

Rows = dict[tuple[str, str], dict[str, Any]]

# By object type: the models of its rows, the column that names the object, and the one that names the row
TABLES: dict[str, tuple[tuple[type[Model], str, str], ...]] = {
    "customer": ((Organization, "stripe_customer_id", "stripe_customer_id"),),
    "product": ((Plan, "stripe_product_id", "stripe_product_id"),),
    "price": ((Price, "stripe_id", "stripe_id"),),
    "payment_method": ((PaymentMethod, "stripe_id", "stripe_id"),),
    "subscription": (
        (Subscription, "stripe_id", "stripe_id"),
        (SubscriptionItem, "subscription_id", "stripe_id"),
    ),
    "invoice": ((Invoice, "stripe_id", "stripe_id"), (InvoiceLine, "invoice_id", "stripe_id")),
    "payment_intent": ((Payment, "stripe_id", "stripe_id"),),
    "charge": ((PaymentAttempt, "stripe_id", "stripe_id"),),
    "refund": ((Refund, "stripe_id", "stripe_id"),),
    "invoice_payment": ((InvoicePayment, "stripe_id", "stripe_id"),),
}


def typed_rows(objects: Iterable[tuple[str, str]]) -> Rows:
    """(model's label, row's id) -> its values by column, of these (object type, Stripe id)."""
    ids: dict[str, list[str]] = {}
    for object_type, stripe_id in objects:
        ids.setdefault(object_type, []).append(stripe_id)
    found: Rows = {}
    for object_type, names in ids.items():
        for model, of_object, of_row in TABLES.get(object_type, ()):
            for row in model._default_manager.filter(**{f"{of_object}__in": names}):
                found[model._meta.label, str(getattr(row, of_row))] = values_of(row)
    return found


def values_of(row: Model) -> dict[str, Any]:
    """What the row says, by attribute, without the surrogate key and derived columns."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if _tells(field)}


def _tells(field: "Field[Any, Any]") -> bool:
    return not field.primary_key and not field.name.endswith("_index")
