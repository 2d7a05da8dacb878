"""Subscriptions of all kinds, with their invoices and events."""

from tests.sandbox.scenes import DAY, Account, items_of

ALWAYS = {
    "subscription": "cancel_at canceled_at ended_at trial_start trial_end latest_invoice pause_collection schedule"
    " default_payment_method days_until_due description",
    "invoice": "number due_date ending_balance next_payment_attempt parent hosted_invoice_url invoice_pdf"
    " effective_at description customer_email billing_reason status default_payment_method",
    "price": "unit_amount unit_amount_decimal recurring lookup_key nickname tiers_mode transform_quantity",
}
NEVER = {"invoice": "payments confirmation_secret", "price": "tiers currency_options"}

UNSEEN = {"subscription": "managed_payments presentment_details"}
"""Sent only where Managed Payments or Adaptive Pricing are in use."""


def live(account: Account) -> None:
    v1 = account.v1
    tiers = [{"up_to": 5, "unit_amount": 100}, {"up_to": "inf", "unit_amount_decimal": "50.5", "flat_amount": 10}]
    tiered = v1.prices.create(
        {
            "currency": "usd",
            "billing_scheme": "tiered",
            "tiers_mode": "graduated",
            "tiers": tiers,
            "recurring": {"interval": "month"},
            "product_data": {"name": "Seats"},
        }
    )
    plain = account.price(nickname="Monthly", lookup_key="plain")
    paid = account.subscribe(plain, tiered, metadata={"team": "red"})
    account.subscribe(plain, card="pm_card_sandbox_failsOnRenewal", trial_period_days=10)
    account.subscribe(plain, payment_behavior="default_incomplete")
    account.subscribe(plain, card="pm_card_authenticationRequired")
    account.subscribe(plain, collection_method="send_invoice", days_until_due=14)
    account.subscribe(plain, billing_mode={"type": "classic"}, cancel_at_period_end=True)
    changed = {"id": items_of(paid)[0].id, "quantity": 3}
    v1.subscriptions.update(paid.id, {"items": [changed], "proration_behavior": "always_invoice"})
    v1.subscriptions.update(paid.id, {"items": [{**changed, "quantity": 2}]})
    v1.subscriptions.update(paid.id, {"pause_collection": {"behavior": "void"}})
    held(account)
    account.advance(60 * DAY)


def held(account: Account) -> None:
    """Several intervals and settings, changes and resumptions that wait, and ends that were asked for."""
    v1, monthly, yearly = account.v1, account.price(3100), account.price(30_000, "year")
    fee = v1.prices.create({"currency": "usd", "unit_amount": 500, "product": account.product("Setup").id})
    account.subscribe(
        monthly,
        yearly,
        add_invoice_items=[{"price": fee.id}],
        billing_cycle_anchor_config={"day_of_month": 31},
        cancel_at="max_period_end",
        invoice_settings={"footer": "Thank you", "custom_fields": [{"name": "PO", "value": "17"}]},
        payment_settings={"payment_method_options": {"card": {"request_three_d_secure": "any"}, "us_bank_account": ""}},
        pending_invoice_item_interval={"interval": "week"},
    )
    unpaid = account.subscribe(monthly, card="pm_card_sandbox_failsOnRenewal")
    change = {"items": [{"id": items_of(unpaid)[0].id, "quantity": 9}], "proration_behavior": "always_invoice"}
    v1.subscriptions.update(unpaid.id, {**change, "payment_behavior": "pending_if_incomplete", "metadata": {"a": "b"}})
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    paused = account.subscribe(monthly, card=None, trial_period_days=1, trial_settings=settings)
    account.advance(2 * DAY)
    v1.subscriptions.resume(paused.id)
    classic = account.subscribe(monthly, billing_mode={"type": "classic"})
    v1.subscriptions.migrate(classic.id, {"billing_mode": {"type": "flexible"}})
    v1.subscriptions.update(classic.id, {"cancel_at": account.now + 3 * DAY})
