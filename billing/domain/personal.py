"""What of Stripe's objects is kept of a customer that was erased.

An allow-list: of texts only ids, states, codes and currencies stay, under the names below, so that a field that
Stripe adds tomorrow is left out by itself. Amounts, times, counts and flags stay, and so does the shape; what is
kept can be ordered and projected as before.

A finalized invoice is a document that tax law makes us keep (Art. 17(3)(b) GDPR): with `statutory`, whom it names,
their address and tax ids, and what was sold stay as well.
"""

import re
from collections.abc import Mapping
from typing import Any

ORGANIZATION_KEY = "countinghouse_organization"
"""In a customer's metadata: our public id of who it is."""

# Ids of other objects, and words of Stripe's own vocabulary
KEPT = frozenset(
    """
    id object type status currency livemode api_version account application on_behalf_of test_clock url_type
    customer customer_account subscription subscription_item invoice invoice_item invoice_line_item price product plan
    charge latest_charge payment_intent payment_method default_payment_method default_source payment setup_intent
    latest_invoice pending_setup_intent balance_transaction source_transaction schedule discounts discount coupon
    promotion_code tax_rate tax_rates refund credit_note dispute payment_record mandate transfer_group
    interval usage_type billing_scheme tiers_mode up_to unit_amount_decimal flat_amount_decimal quantity_decimal
    tax_behavior collection_method billing_reason billing_mode behavior proration_behavior trial_settings round
    missing_payment_method duration network_status risk_level category reason cancellation_reason feedback
    failure_code failure_reason failure_balance_transaction code decline_code advice_code capture_method
    confirmation_method payment_method_types brand funding network method action next_action usage setup_future_usage
    network_reason_code case_type reporting_category balance_type invoice_line_item customer_balance_transaction
    number taxability_reason tax_exempt customer_tax_exempt credit_note_type mode payment_status submit_type
    countinghouse_organization parent source proration_details price_details pricing
    """.split()
)
# Numbers that tell of a person or a card
DROPPED = frozenset({"exp_month", "exp_year", "dob", "birth_date", "latitude", "longitude"})
STATUTORY = frozenset(
    """
    customer_name customer_address customer_tax_ids account_name account_country description footer custom_fields
    """.split()
)
DOCUMENTS = frozenset({"invoice", "credit_note"})
WORD = re.compile(r"[A-Za-z0-9_.:+-]{1,255}")


def without_personal(snapshot: Mapping[str, Any], *, statutory: bool = False) -> dict[str, Any]:
    """The object, or event, without what tells of a person. The same for what was scrubbed before."""
    kept = STATUTORY if statutory and _is_document(snapshot) else frozenset()
    return _mapping(snapshot, kept)


def _is_document(snapshot: Mapping[str, Any]) -> bool:
    return snapshot.get("object") in DOCUMENTS and snapshot.get("status") != "draft"


def _mapping(value: Mapping[str, Any], statutory: frozenset[str]) -> dict[str, Any]:
    return {name: _value(name, item, statutory) for name, item in value.items()}


def _value(name: str, value: Any, statutory: frozenset[str]) -> Any:
    if name in statutory:
        return value
    if name == "metadata":
        return _metadata(value)
    if name in DROPPED:
        return None
    if isinstance(value, Mapping):
        return _mapping(value, statutory)
    if isinstance(value, list):
        return [kept for item in value if (kept := _value(name, item, statutory)) is not None]
    return value if not isinstance(value, str) or _is_word(name, value) else None


def _is_word(name: str, value: str) -> bool:
    return name in KEPT and WORD.fullmatch(value) is not None


def _metadata(value: Any) -> dict[str, Any]:
    """Our own id of the organization is no detail of it."""
    ours = value.get(ORGANIZATION_KEY) if isinstance(value, Mapping) else None
    return {ORGANIZATION_KEY: ours} if isinstance(ours, str) and WORD.fullmatch(ours) else {}
