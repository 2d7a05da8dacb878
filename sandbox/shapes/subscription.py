"""The shapes of a subscription and its items."""

from sandbox.jsons import Json, listing, public

_NOTHING = (
    "application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at canceled_at"
    " customer_account days_until_due default_payment_method default_source description ended_at latest_invoice"
    " next_pending_invoice_item_invoice on_behalf_of pause_collection pending_invoice_item_interval"
    " pending_setup_intent pending_update schedule test_clock transfer_data trial_end trial_start"
).split()


def subscription(subscription_id: str, now: int, customer: str, currency: str) -> Json:
    """Without items; active, flexible billing, anchored now."""
    return {
        "id": subscription_id,
        "object": "subscription",
        **dict.fromkeys(_NOTHING),
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "feedback_option": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer,
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "items": listing(f"/v1/subscription_items?subscription={subscription_id}", []),
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "active",
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "_": {"debits": {}, "grid": None, "stub": "create_prorations"},
    }


def subscription_item(item_id: str, now: int, subscription_id: str, price: Json, quantity: int | None) -> Json:
    return {
        "id": item_id,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": now,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": public(price),
        "quantity": quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def plan(price: Json) -> Json:
    """The old name of a recurring price, still sent beside it."""
    recurring, transform = price["recurring"], price["transform_quantity"]
    copied = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "nickname", "product")
    return {
        **{key: price[key] for key in copied},
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "meter": recurring["meter"],
        "tiers_mode": price["tiers_mode"],
        "transform_usage": transform,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": recurring["usage_type"],
    }
