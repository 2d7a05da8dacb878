"""The shape of a dispute."""

from sandbox.jsons import Json

TEXTS = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal"
    " customer_communication customer_email_address customer_name customer_purchase_ip customer_signature"
    " duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt"
    " refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation"
    " shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number"
    " uncategorized_file uncategorized_text"
).split()
"""The fields of evidence; those that name a file are not modelled beyond their id."""
NETWORK_CODES: dict[str, str] = {
    "credit_not_processed": "13.6",
    "duplicate": "12.6",
    "fraudulent": "10.4",
    "general": "",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "unrecognized": "10.4",
}
"""Reason -> Visa's reason code."""


DEBIT_REASONS = (
    "bank_cannot_process",
    "debit_not_authorized",
    "incorrect_account_details",
    "insufficient_funds",
)
"""Why a bank calls a debit back."""


def dispute(dispute_id: str, now: int, charge: Json, *, amount: int, reason: str, status: str, due_by: int) -> Json:
    inquiry = status.startswith("warning")
    code = "10" if inquiry else NETWORK_CODES.get(reason) or None
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(TEXTS), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _method(charge, inquiry, code),
        "reason": reason,
        "status": status,
    }


def _method(charge: Json, inquiry: bool, code: str | None) -> Json | None:
    details = charge["payment_method_details"]
    if details["type"] != "card":
        return None
    card = details["card"]
    return {
        "card": {
            "brand": card["brand"],
            "case_type": "inquiry" if inquiry else "chargeback",
            "network": card["network"],
            "network_reason_code": code,
        },
        "type": "card",
    }
