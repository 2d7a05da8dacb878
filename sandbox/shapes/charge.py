"""The shape of a charge."""

from sandbox.ids import token
from sandbox.jsons import Json
from sandbox.methods.cards import card_of
from sandbox.methods.declines import Decline
from sandbox.protocol.addresses import page
from sandbox.shapes.payment_method import checks_of

_NOTHING = (
    "application application_fee application_fee_amount balance_transaction failure_balance_transaction failure_code"
    " failure_message on_behalf_of receipt_email receipt_number review shipping source source_transfer"
    " statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
).split()
DESCRIPTOR = "COUNTINGHOUSE"


def charge(charge_id: str, now: int, intent: Json, method: Json, status: str, authenticated: bool = False) -> Json:
    """A new charge for an intent by a method: `succeeded` or `pending`; a refusal is put on it by `refuse`."""
    suffix = intent["statement_descriptor_suffix"]
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        **dict.fromkeys(_NOTHING),
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": f"{DESCRIPTOR}* {suffix}" if suffix else DESCRIPTOR,
        "captured": False,
        "created": now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": _approved(method),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(intent, method, now, authenticated),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_url": page(f"/receipts/{charge_id}"),
        "refunded": False,
        "shipping": intent["shipping"],
        "statement_descriptor_suffix": suffix,
        "status": status,
        "transfer_group": intent["transfer_group"],
    }


def refuse(made: Json, decline: Decline) -> Json:
    """Makes a failed charge of it."""
    made.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        failure_code=decline.code,
        failure_message=decline.message,
        receipt_url=None,
        outcome=_refused(made["outcome"], decline),
    )
    card = made["payment_method_details"].get("card")
    if card:
        card.update(amount_authorized=None, authorization_code=None)
    return made


def _approved(method: Json) -> Json:
    risk = card_of(method).risk if method["type"] == "card" else "not_assessed"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": "elevated_risk_level" if risk == "elevated" else None,
        "risk_level": risk,
        "risk_score": {"normal": 12, "elevated": 68, "highest": 92}.get(risk),
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def _refused(approved: Json, decline: Decline) -> Json:
    blocked = decline.outcome == "blocked"
    silent = "The bank did not return any further details with this decline."
    return {
        **approved,
        "advice_code": decline.advice,
        "network_decline_code": decline.network,
        "network_status": "not_sent_to_network" if blocked else "declined_by_network",
        "reason": "highest_risk_level" if blocked else decline.reason,
        "seller_message": "Stripe blocked this payment as too risky." if blocked else silent,
        "type": decline.outcome,
    }


def _details(intent: Json, method: Json, now: int, authenticated: bool) -> Json:
    kind = method["type"]
    parts = {"card": _card, "us_bank_account": _us_bank_account, "sepa_debit": _sepa_debit}
    made = parts[kind](intent, method)
    if kind == "card":
        made["three_d_secure"] = _secured(intent) if authenticated else None
        if intent["capture_method"] == "manual":
            made["capture_before"] = now + 7 * 86_400
    return {kind: made, "type": kind}


def _card(intent: Json, method: Json) -> Json:
    card = method["card"]
    copied = {key: card[key] for key in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding")}
    return {
        **copied,
        "amount_authorized": intent["amount"],
        "authorization_code": token("auth", intent["id"], 6).upper(),
        "checks": checks_of(card_of(method)),
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


def _secured(intent: Json) -> Json:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "exemption_indicator_applied": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": token("three-d-secure", intent["id"], 32).lower(),
        "version": "2.2.0",
    }


def _us_bank_account(intent: Json, method: Json) -> Json:
    bank = method["us_bank_account"]
    names = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number")
    return {
        **{name: bank[name] for name in names},
        "expected_debit_date": None,
        "mandate": method["_"]["mandate"],
        "payment_reference": None,
    }


def _sepa_debit(intent: Json, method: Json) -> Json:
    bank = method["sepa_debit"]
    names = ("bank_code", "branch_code", "country", "fingerprint", "last4")
    return {**{name: bank[name] for name in names}, "expected_debit_date": None, "mandate": method["_"]["mandate"]}
