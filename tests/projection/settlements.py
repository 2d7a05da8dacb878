"""Snapshots of what comes after a payment: credit notes, disputes, movements of the balance, payouts."""

from typing import Any

from tests.projection.snapshots import DAY, START, Snapshot, listing

EVIDENCE = {"due_by": START + 7 * DAY, "has_evidence": False, "past_due": False, "submission_count": 0}

EVIDENCE_TEXTS = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure "
    "cancellation_rebuttal customer_communication customer_email_address customer_name "
    "customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation "
    "duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure "
    "refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier "
    "shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text "
).split()


def _object(kind: str, stripe_id: str, defaults: Snapshot, given: Snapshot) -> Snapshot:
    return {"id": stripe_id, "object": kind, "created": START, "livemode": False, "metadata": {}, **defaults, **given}


def note_line(stripe_id: str = "cnli_1", **given: Any) -> Snapshot:
    defaults = {
        "amount": 1000,
        "description": "Premium",
        "discount_amount": 0,
        "discount_amounts": [],
        "invoice_line_item": "il_1",
        "livemode": False,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": 1,
        "tax_rates": [],
        "taxes": [],
        "type": "invoice_line_item",
        "unit_amount": 1000,
        "unit_amount_decimal": "1000",
    }
    return {"id": stripe_id, "object": "credit_note_line_item", **defaults, **given}


def credit_note(stripe_id: str = "cn_1", lines: list[Snapshot] | None = None, **given: Any) -> Snapshot:
    rows = [note_line()] if lines is None else lines
    nothing = "customer_account customer_balance_transaction memo out_of_band_amount reason shipping_cost voided_at"
    defaults = {
        **dict.fromkeys(nothing.split()),
        "amount": 1000,
        "amount_shipping": 0,
        "currency": "usd",
        "customer": "cus_1",
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": START,
        "invoice": "in_1",
        "lines": listing(f"/v1/credit_notes/{stripe_id}/lines", *rows),
        "number": "NW-0001-CN-01",
        "pdf": "https://pay.stripe.com/credit_notes/acct_1/test_1/pdf",
        "post_payment_amount": 0,
        "pre_payment_amount": 1000,
        "pretax_credit_amounts": [],
        "refunds": [],
        "status": "issued",
        "subtotal": 1000,
        "subtotal_excluding_tax": 1000,
        "total": 1000,
        "total_excluding_tax": 1000,
        "total_taxes": [],
        "type": "pre_payment",
    }
    return _object("credit_note", stripe_id, defaults, given)


def dispute(stripe_id: str = "du_1", **given: Any) -> Snapshot:
    """Names a charge and a payment intent, but no customer."""
    defaults = {
        "amount": 2900,
        "balance_transactions": [],
        "charge": "ch_1",
        "currency": "usd",
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}, **dict.fromkeys(EVIDENCE_TEXTS)},
        "evidence_details": {**EVIDENCE, "enhanced_eligibility": {}},
        "is_charge_refundable": False,
        "network_reason_code": "10.4",
        "payment_intent": "pi_1",
        "reason": "fraudulent",
        "status": "needs_response",
    }
    return _object("dispute", stripe_id, defaults, given)


def balance_transaction(stripe_id: str = "txn_1", **given: Any) -> Snapshot:
    defaults = {
        "amount": 2900,
        "available_on": START + 2 * DAY,
        "balance_type": "payments",
        "currency": "usd",
        "description": None,
        "exchange_rate": None,
        "fee": 114,
        "fee_details": [],
        "net": 2786,
        "reporting_category": "charge",
        "source": "ch_1",
        "status": "pending",
        "type": "charge",
    }
    shown = _object("balance_transaction", stripe_id, defaults, given)
    del shown["livemode"], shown["metadata"]  # movements have neither
    return shown


def payout(stripe_id: str = "po_1", **given: Any) -> Snapshot:
    nothing = (
        "application_fee application_fee_amount description destination failure_balance_transaction failure_code"
        " failure_message original_payout payout_method reversed_by statement_descriptor"
    )
    defaults = {
        **dict.fromkeys(nothing.split()),
        "amount": 2786,
        "arrival_date": START + 3 * DAY,
        "automatic": True,
        "balance_transaction": "txn_2",
        "currency": "usd",
        "method": "standard",
        "reconciliation_status": "in_progress",
        "source_type": "card",
        "status": "in_transit",
        "trace_id": None,
        "type": "bank_account",
    }
    return _object("payout", stripe_id, defaults, given)
