"""Snapshots of money that moved: payment intents, charges, refunds, invoice payments."""

from typing import Any

from tests.projection.snapshots import START, Snapshot, card


def _object(kind: str, stripe_id: str, defaults: Snapshot, given: Snapshot) -> Snapshot:
    return {"id": stripe_id, "object": kind, "created": START, "livemode": False, "metadata": {}, **defaults, **given}


def payment_intent(stripe_id: str = "pi_1", **given: Any) -> Snapshot:
    nothing = "canceled_at cancellation_reason description last_payment_error latest_charge next_action payment_method"
    defaults = {
        **dict.fromkeys(nothing.split()),
        "amount": 2900,
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "currency": "usd",
        "customer": "cus_1",
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    return _object("payment_intent", stripe_id, defaults, given)


def payment_error(**given: Any) -> Snapshot:
    return {
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "type": "card_error",
        **given,
    }


def charge(stripe_id: str = "ch_1", **given: Any) -> Snapshot:
    """A charge that succeeded."""
    nothing = "balance_transaction failure_balance_transaction failure_code failure_message receipt_url transfer_data"
    paid_with = {key: value for key, value in card().items() if key != "display_brand"}
    defaults = {
        **dict.fromkeys(nothing.split()),
        "amount": 2900,
        "amount_captured": 2900,
        "amount_refunded": 0,
        "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
        "captured": True,
        "customer": "cus_1",
        "currency": "usd",
        "disputed": False,
        "outcome": outcome(),
        "paid": True,
        "payment_intent": "pi_1",
        "payment_method": "pm_1",
        "payment_method_details": {"card": paid_with, "type": "card"},
        "refunded": False,
        "status": "succeeded",
    }
    return _object("charge", stripe_id, defaults, given)


def outcome(**given: Any) -> Snapshot:
    defaults = {"network_status": "approved_by_network", "reason": None, "type": "authorized"}
    nothing = ("advice_code", "network_advice_code", "network_decline_code", "seller_message")
    return {**dict.fromkeys(nothing), **defaults, **given}


def refund(stripe_id: str = "re_1", **given: Any) -> Snapshot:
    """Names a charge and a payment intent, but no customer."""
    defaults = {
        "amount": 1200,
        "balance_transaction": "txn_1",
        "charge": "ch_1",
        "currency": "usd",
        "payment_intent": "pi_1",
        "reason": None,
        "receipt_number": None,
        "status": "succeeded",
    }
    shown = _object("refund", stripe_id, defaults, given)
    del shown["livemode"]  # refunds have none
    return shown


def invoice_payment(stripe_id: str = "inpay_1", **given: Any) -> Snapshot:
    """Names an invoice and a payment intent, but no customer."""
    defaults = {
        "amount_paid": None,
        "amount_requested": 2900,
        "currency": "usd",
        "invoice": "in_1",
        "is_default": True,
        "payment": {"payment_intent": "pi_1", "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    shown = _object("invoice_payment", stripe_id, defaults, given)
    del shown["metadata"]  # invoice payments have none
    return shown
