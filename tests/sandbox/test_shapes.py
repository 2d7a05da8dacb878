"""Every object that an endpoint or an event returns fits the SDK's annotations, field by field."""

import json
from collections.abc import Callable

import stripe
from stripe._api_resource import APIResource

from tests.sandbox.annotations import problems
from tests.sandbox.scenes import DAY, Account, items_of

CLASSES: dict[str, type] = {
    "account": stripe.Account,
    "balance": stripe.Balance,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "customer_balance_transaction": stripe.CustomerBalanceTransaction,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "invoiceitem": stripe.InvoiceItem,
    "line_item": stripe.InvoiceLineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "plan": stripe.Plan,
    "price": stripe.Price,
    "product": stripe.Product,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "webhook_endpoint": stripe.WebhookEndpoint,
}
NEVER_ABSENT = {
    "subscription": "cancel_at canceled_at ended_at trial_start trial_end latest_invoice pause_collection schedule"
    " default_payment_method days_until_due description",
    "invoice": "number due_date ending_balance next_payment_attempt parent hosted_invoice_url invoice_pdf"
    " effective_at description customer_email billing_reason status default_payment_method",
    "price": "unit_amount unit_amount_decimal recurring lookup_key nickname tiers_mode transform_quantity",
    "customer": "email name phone currency delinquent default_source balance invoice_prefix address",
    "charge": "failure_code failure_message balance_transaction payment_method_details receipt_url refunded",
    "payment_intent": "last_payment_error latest_charge next_action payment_method canceled_at client_secret",
    "refund": "reason status charge payment_intent balance_transaction",
}
ONLY_WHEN_EXPANDED = {
    "invoice": {"payments", "confirmation_secret"},
    "price": {"tiers", "currency_options"},
    "customer": {"sources", "subscriptions", "tax_ids", "tax", "cash_balance"},
    "charge": {"refunds"},
}


def live_a_little(account: Account) -> None:
    """Makes at least one object of every kind, in most of the states that they have."""
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
    live_with_money(account, paid.customer)
    account.advance(60 * DAY)


def live_with_money(account: Account, customer: str) -> None:
    v1 = account.v1
    intent = v1.payment_intents.create(
        {"amount": 5000, "currency": "usd", "customer": customer, "payment_method": "pm_card_visa", "confirm": True}
    )
    v1.refunds.create({"payment_intent": intent.id, "amount": 1200, "reason": "requested_by_customer"})
    v1.payment_intents.cancel(v1.payment_intents.create({"amount": 100, "currency": "eur"}).id)
    v1.setup_intents.create({"customer": customer, "payment_method": "pm_card_amex", "confirm": True})
    v1.setup_intents.create({"payment_method": "pm_card_authenticationRequired", "confirm": True})
    v1.invoice_items.create({"customer": customer, "amount": 700, "currency": "usd", "description": "Help"})
    invoice = v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include"})
    v1.invoices.void_invoice(v1.invoices.finalize_invoice(invoice.id).id)
    v1.invoice_items.create({"customer": customer, "amount": -300, "currency": "usd"})
    v1.customers.update(customer, {"balance": -500, "address": {"city": "Zurich", "country": "CH"}})
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/none", "enabled_events": ["product.deleted"]})


def test_every_stored_object_and_every_event_fits_the_annotations(
    account: Account, record_property: Callable[[str, object], None]
) -> None:
    live_a_little(account)
    found: dict[str, list[str]] = {}
    seen: dict[str, int] = {}
    for entry in account.dump():
        check(entry, found, seen)
        if entry["object"] == "event":
            check(shown_in(entry), found, seen)
    record_property("covered", ", ".join(f"{kind} ({count})" for kind, count in sorted(seen.items())))
    assert found == {}
    assert seen.keys() >= CLASSES.keys() - {"account", "balance", "checkout.session"} - INSIDE_OTHERS


INSIDE_OTHERS = {"line_item", "plan", "subscription_item"}


def shown_in(event: dict) -> dict:
    shown = dict(event["data"]["object"])
    if event["type"] == "invoice.upcoming":
        assert "id" not in shown
        shown["id"] = "upcoming_in_0"
    return shown


def check(entry: dict, found: dict[str, list[str]], seen: dict[str, int]) -> None:
    kind = entry["object"]
    seen[kind] = seen.get(kind, 0) + 1
    wrong = problems(entry, CLASSES[kind], kind)
    wrong += [f"{kind}.{name}: absent" for name in NEVER_ABSENT.get(kind, "").split() if name not in entry]
    wrong += [f"{kind}.{name}: sent unasked" for name in ONLY_WHEN_EXPANDED.get(kind, set()) & entry.keys()]
    if wrong:
        found.setdefault(kind, []).extend(each for each in wrong if each not in found.get(kind, []))


def test_what_is_not_stored_fits_the_annotations_too(account: Account) -> None:
    v1, found, seen = account.v1, {}, {}
    subscription = account.subscribe()
    preview = v1.invoices.create_preview({"subscription": subscription.id})
    account.control("trigger", {"type": "checkout.session.completed"})
    session = v1.events.list({"type": "checkout.session.completed"}).data[0].data.object
    for entry in (v1.accounts.retrieve_current(), v1.balance.retrieve(), preview, session):
        check(plain(entry), found, seen)
    assert found == {}
    assert set(seen) == {"account", "balance", "invoice", "checkout.session"}


def test_expanded_objects_fit_the_annotations(account: Account) -> None:
    subscription = account.subscribe()
    wanted = ["payments.data.payment.payment_intent.latest_charge", "customer.subscriptions", "confirmation_secret"]
    invoice = account.v1.invoices.retrieve(subscription.latest_invoice, {"expand": wanted})
    assert problems(plain(invoice), stripe.Invoice, "invoice") == []
    price = account.v1.prices.retrieve(items_of(subscription)[0].price.id, {"expand": ["product", "tiers"]})
    assert problems(plain(price), stripe.Price, "price") == []


def test_the_walk_finds_what_is_missing_unknown_and_of_a_wrong_type(account: Account) -> None:
    invoice = plain(account.v1.invoices.retrieve(account.subscribe().latest_invoice))
    del invoice["lines"]["data"][0]["period"]
    invoice |= {"subscription": "sub_1", "total": "12", "status": "lost", "number": None, "livemode": None}
    found = [problem.partition(":")[0] for problem in problems(invoice, stripe.Invoice, "invoice")]
    assert sorted(found) == [
        "invoice.lines.data[0].period",
        "invoice.livemode",
        "invoice.status",
        "invoice.subscription",
        "invoice.total",
    ]


def plain(entry: APIResource) -> dict:
    return json.loads(str(entry))
