"""Checkout sessions of every mode, in every state."""

from tests.sandbox.scenes import DAY, Account
from tests.sandbox.visiting import send

_FIELDS = [
    {"key": "team", "label": {"custom": "Team", "type": "custom"}, "type": "text", "text": {"maximum_length": 20}},
    {"key": "seats", "label": {"custom": "Seats", "type": "custom"}, "type": "numeric", "optional": True},
    {
        "key": "size",
        "label": {"custom": "Size", "type": "custom"},
        "type": "dropdown",
        "dropdown": {"options": [{"label": "Small", "value": "s"}]},
    },
]
ALWAYS = {
    "checkout.session": "customer customer_details payment_intent setup_intent subscription invoice url amount_total"
    " discounts currency success_url cancel_url total_details payment_link locale consent phone_number_collection",
    "item": "description price quantity adjustable_quantity metadata",
}
NEVER = {"checkout.session": "line_items", "payment_link": "line_items", "item": "discounts taxes"}
UNSEEN = {"checkout.session": "managed_payments presentment_details", "payment_link": "managed_payments"}
"""Sent only where Managed Payments or Adaptive Pricing are in use."""


def live(account: Account) -> list:
    v1 = account.v1
    once = v1.prices.create({"currency": "usd", "unit_amount": 700, "product_data": {"name": "Setup"}})
    hosted = {"success_url": "https://example.com/done?id={CHECKOUT_SESSION_ID}"}
    bought = [{"price": once.id, "quantity": 2, "adjustable_quantity": {"enabled": True, "maximum": 5}}]
    rented = [{"price": account.price().id, "quantity": 1}]
    made = v1.checkout.sessions.create(
        {**hosted, "mode": "payment", "line_items": bought, "custom_fields": _FIELDS, "customer_email": "a@example.com"}
    )
    v1.checkout.sessions.expire(made.id)
    recovery = {"recovery": {"enabled": True}}
    v1.checkout.sessions.create({**hosted, "mode": "payment", "line_items": bought, "after_expiration": recovery})
    v1.checkout.sessions.create({**hosted, "mode": "setup", "currency": "usd", "customer": account.customer().id})
    v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "ui_mode": "embedded_page",
            "return_url": "https://example.com/back",
            "line_items": rented + bought,
            "subscription_data": {"trial_period_days": 7},
            "consent_collection": {"terms_of_service": "required"},
            "tax_id_collection": {"enabled": True},
        }
    )
    coupon = v1.coupons.create({"percent_off": 10, "duration": "once"})
    paid = {**hosted, "mode": "subscription", "line_items": rented, "discounts": [{"coupon": coupon.id}]}
    bank = {**hosted, "mode": "payment", "line_items": bought, "payment_method_types": ["us_bank_account"]}
    wanted = [
        (v1.checkout.sessions.create(paid), "pm_card_visa"),  # type: ignore[arg-type]
        (v1.checkout.sessions.create(bank), "pm_usBankAccount_success"),  # type: ignore[arg-type]
        (v1.checkout.sessions.create({**hosted, "mode": "setup", "currency": "usd"}), "pm_card_visa"),
    ]
    for session, method in wanted:
        send(str(session.url), action="pay", email="jo@example.com", name="Jo", method=method)
    link = v1.payment_links.create(
        {
            "line_items": rented,  # type: ignore[typeddict-item]
            "subscription_data": {"trial_period_days": 7},
            "custom_fields": _FIELDS[:1],  # type: ignore[typeddict-item]
            "restrictions": {"completed_sessions": {"limit": 1}},
            "consent_collection": {"promotions": "auto"},
        }
    )
    begun = account.url + send(link.url).to
    send(begun, action="pay", email="jo@example.com", method="pm_card_visa", custom_team="Red")
    v1.payment_links.create(
        {
            "line_items": bought,  # type: ignore[typeddict-item]
            "payment_intent_data": {"description": "Order"},
            "after_completion": {"type": "redirect", "redirect": {"url": "https://example.com/thanks"}},
        }
    )
    account.advance(6 * DAY)
    return list(v1.checkout.sessions.line_items.list(made.id).data)
