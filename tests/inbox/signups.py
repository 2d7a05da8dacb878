"""A signup at the sandbox, and what the database makes of its events."""

import json
from typing import Any

from django.conf import settings

from billing import models
from billing.projection.settle import canonical
from tests.stripe_events import all_events, ask_sandbox

OURS = {"id", "public_id", "recorded_at", "updated_at", "version", "mirror_due_at", "listed_at", "organization_id"}
TABLES = [
    models.Organization,
    models.Plan,
    models.Price,
    models.Subscription,
    models.SubscriptionItem,
    models.Invoice,
    models.InvoiceLine,
    models.InvoicePayment,
    models.Payment,
    models.PaymentAttempt,
    models.PaymentMethod,
    models.Refund,
    models.CreditNote,
    models.CreditNoteLine,
    models.Dispute,
    models.BalanceTransaction,
    models.Payout,
    models.SubscriptionChange,
    models.StripeObject,
]


def state() -> dict[str, list[str]]:
    """Every row that events make, in canonical form, without our own keys and clocks."""
    return {model.__name__: sorted(_row(values) for values in model.objects.values()) for model in TABLES}


def _row(values: dict[str, Any]) -> str:
    return canonical({key: str(value) for key, value in values.items() if key not in OURS})


def events_of_a_signup(stripe_client: Any, base: str) -> list[dict[str, Any]]:
    """Customer, card and subscription made by somebody else than us: all that we hear of them are events."""
    product = stripe_client.v1.products.create({"name": "Premium", "metadata": {"plan": "premium"}})
    price = stripe_client.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount": 7900, "recurring": {"interval": "month"}}
    )
    customer = stripe_client.v1.customers.create({"name": "Acme", "email": "acme@example.com"})
    method = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    stripe_client.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": method.id}
    )
    return all_events(base)


def trouble_after_a_signup(stripe_client: Any, base: str) -> None:
    """The customer gets a part back by a credit note and disputes the rest; what other payments left is paid out."""
    v1 = stripe_client.v1
    invoice = v1.invoices.list().data[0]
    v1.credit_notes.create({"invoice": invoice.id, "amount": 500, "refund_amount": 500})
    v1.payment_intents.create(
        {
            "amount": 50000,
            "currency": "usd",
            "customer": invoice.customer,
            "payment_method": v1.payment_methods.list({"customer": invoice.customer}).data[0].id,
            "confirm": True,
            "off_session": True,
        }
    )
    ask_sandbox(base, "/_sandbox/dispute", {"charge": v1.charges.list({"limit": 2}).data[1].id, "amount": 700})
    ask_sandbox(base, "/_sandbox/clock", {"advance": 4 * 86_400})


def body(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def api_version() -> str:
    return str(settings.STRIPE_API_VERSION)
