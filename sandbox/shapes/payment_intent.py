"""The shape of a payment intent."""

from sandbox.ids import secret_of
from sandbox.jsons import Json

CARD_OPTIONS: Json = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }
}


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
        "payment_method_options": {"card": dict(CARD_OPTIONS["card"])},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "_": {"invoice": None},
    }
