"""The customer portal: configurations and sessions of every flow."""

from tests.sandbox.scenes import Account, items_of

UNSEEN = {"billing_portal.configuration": "", "billing_portal.session": ""}


def live(account: Account) -> None:
    v1 = account.v1
    basic, better = account.price(), account.price(9900)
    products = [{"product": str(price.product), "prices": [price.id]} for price in (basic, better)]
    made = v1.billing_portal.configurations.create(
        {
            "features": {
                "customer_update": {"enabled": True, "allowed_updates": ["email", "address"]},
                "invoice_history": {"enabled": True},
                "payment_method_update": {"enabled": True},
                "subscription_cancel": {"enabled": True, "mode": "immediately"},
                "subscription_update": {
                    "enabled": True,
                    "default_allowed_updates": ["price", "quantity"],
                    "products": products,
                },
            },
            "business_profile": {"headline": "Your plan"},
        }
    )
    v1.billing_portal.configurations.update(made.id, {"metadata": {"a": "b"}})
    subscription = account.subscribe(basic)
    customer = str(subscription.customer)
    v1.billing_portal.sessions.create({"customer": customer})
    flows: list[dict] = [
        {"type": "payment_method_update", "after_completion": {"type": "hosted_confirmation"}},
        {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription.id}},
        {
            "type": "subscription_update",
            "subscription_update": {"subscription": subscription.id},
            "after_completion": {"type": "redirect", "redirect": {"return_url": "https://example.com/back"}},
        },
        {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": {
                "subscription": subscription.id,
                "items": [{"id": items_of(subscription)[0].id, "price": better.id}],
            },
        },
    ]
    for flow in flows:
        v1.billing_portal.sessions.create({"customer": customer, "configuration": made.id, "flow_data": flow})  # type: ignore
