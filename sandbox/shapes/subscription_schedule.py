"""The shapes of a subscription schedule, its phases and their items."""

from sandbox.jsons import Json

_NOTHING = (
    "application canceled_at completed_at current_phase customer_account released_at released_subscription"
    " subscription test_clock"
).split()
_PHASE_NOTHING = (
    "application_fee_percent automatic_tax billing_cycle_anchor billing_thresholds collection_method"
    " default_payment_method description invoice_settings on_behalf_of transfer_data trial_end"
).split()
_SETTINGS_NOTHING = (
    "application_fee_percent billing_thresholds default_payment_method description on_behalf_of transfer_data"
).split()


def subscription_schedule(schedule_id: str, now: int, customer: Json) -> Json:
    """Without phases, not started; whoever makes it says when it starts."""
    return {
        "id": schedule_id,
        "object": "subscription_schedule",
        **dict.fromkeys(_NOTHING),
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "created": now,
        "customer": customer["id"],
        "default_settings": default_settings(),
        "end_behavior": "release",
        "livemode": False,
        "metadata": {},
        "phases": [],
        "status": "not_started",
        "test_clock": customer["test_clock"],
    }


def default_settings() -> Json:
    return {
        **dict.fromkeys(_SETTINGS_NOTHING),
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": "automatic",
        "collection_method": "charge_automatically",
        "invoice_settings": invoice_settings(),
    }


def invoice_settings() -> Json:
    nothing = ("account_tax_ids", "custom_fields", "days_until_due", "description", "footer")
    return {**dict.fromkeys(nothing), "issuer": {"type": "self"}}


def phase(start: int, end: int, currency: str) -> Json:
    """Without items. Times are Unix seconds; what is null is taken from the schedule's default settings."""
    return {
        "add_invoice_items": [],
        **dict.fromkeys(_PHASE_NOTHING),
        "currency": currency,
        "default_tax_rates": [],
        "discounts": [],
        "end_date": end,
        "items": [],
        "metadata": {},
        "proration_behavior": "create_prorations",
        "start_date": start,
    }


def phase_item(price: str, quantity: int | None, metadata: dict[str, str]) -> Json:
    """`quantity` is left out of the items of metered prices."""
    counted: Json = {} if quantity is None else {"quantity": quantity}
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": metadata,
        "plan": price,
        "price": price,
        **counted,
        "tax_rates": [],
    }


def added_item(price: str, quantity: int, period: Json, metadata: dict[str, str]) -> Json:
    """One of a phase's `add_invoice_items`."""
    return {
        "discountable": True,
        "discounts": [],
        "metadata": metadata,
        "period": period,
        "price": price,
        "quantity": quantity,
        "tax_rates": [],
    }
