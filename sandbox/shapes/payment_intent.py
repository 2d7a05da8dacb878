"""The shape of a payment intent."""

from sandbox.ids import secret_of
from sandbox.jsons import Json

OPTIONS: Json = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "sepa_debit": {},
    "us_bank_account": {"verification_method": "automatic"},
}


CURRENCIES = {"sepa_debit": "eur", "us_bank_account": "usd"}
"""The only currency that a kind of bank debit can be made in."""


def kinds_for(currency: str | None) -> list[str]:
    """The kinds of payment methods that the account takes for a currency (None: for any)."""
    return ["card", *(kind for kind, own in CURRENCIES.items() if currency in (None, own))]


def payment_intent(intent_id: str, now: int, amount: int, currency: str, customer: str | None) -> Json:
    nothing = (
        "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason"
        " customer_account description excluded_payment_method_types last_payment_error latest_charge next_action"
        " on_behalf_of payment_method payment_method_configuration_details processing receipt_email review"
        " setup_future_usage shipping source statement_descriptor statement_descriptor_suffix transfer_data"
        " transfer_group"
    ).split()
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        **dict.fromkeys(nothing),
        "capture_method": "automatic",
        "client_secret": secret_of(intent_id),
        "confirmation_method": "automatic",
        "created": now,
        "currency": currency,
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {kind: dict(OPTIONS[kind]) for kind in kinds_for(currency)},
        "payment_method_types": kinds_for(currency),
        "status": "requires_payment_method",
        "_": {"invoice": None, "page": None},
    }
