"""The shapes of a charge and of its balance transaction."""

from sandbox.addresses import page
from sandbox.cards import Decline
from sandbox.ids import token
from sandbox.jsons import Json
from sandbox.money import fee_of
from sandbox.shapes.payment_method import CHECKS

_NOTHING = (
    "application application_fee application_fee_amount balance_transaction failure_balance_transaction failure_code"
    " failure_message on_behalf_of receipt_email receipt_number review shipping source source_transfer"
    " statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
).split()


def charge(charge_id: str, now: int, intent: Json, method: Json, decline: Decline | None) -> Json:
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        **dict.fromkeys(_NOTHING),
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "COUNTINGHOUSE",
        "captured": False,
        "created": now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": _refused(decline) if decline else _approved(),
        "paid": decline is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card(intent, method, decline), "type": "card"},
        "radar_options": {},
        "receipt_url": page(f"/receipts/{charge_id}"),
        "refunded": False,
        "status": "failed" if decline else "succeeded",
    }


def _approved() -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def _refused(decline: Decline) -> Json:
    return {
        **_approved(),
        "advice_code": "try_again_later",
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code or decline.code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def _card(intent: Json, method: Json, decline: Decline | None) -> Json:
    card = method["card"]
    copied = {key: card[key] for key in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding")}
    return {
        **copied,
        "amount_authorized": None if decline else intent["amount"],
        "authorization_code": None if decline else token("auth", intent["id"], 6).upper(),
        "checks": dict(CHECKS),
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": token("network", intent["id"], 15),
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


def balance_transaction(txn_id: str, now: int, kind: str, amount: int, source: Json, description: str) -> Json:
    """Of a charge (amount positive, with Stripe's fee) or a refund (amount negative, no fee)."""
    fee = fee_of(amount) if kind == "charge" else 0
    details = {"amount": fee, "application": None, "currency": source["currency"]}
    return {
        "id": txn_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 2 * 86_400,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**details, "description": "Stripe processing fees", "type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
