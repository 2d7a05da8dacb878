"""`collection_method`, `pause_collection` and default payment methods: how a subscription collects its invoices."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of

HOUR = 3600


def upgraded(account: Account, subscription: stripe.Subscription) -> stripe.Invoice:
    """The invoice of a change to five pieces that is invoiced at once."""
    account.v1.subscriptions.update(
        subscription.id,
        {"items": [{"id": items_of(subscription)[0].id, "quantity": 5}], "proration_behavior": "always_invoice"},
    )
    return account.invoices(subscription)[-1]


def test_from_charges_to_invoices_by_mail_and_back(account: Account) -> None:
    subscription = account.subscribe()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.update(subscription.id, {"collection_method": "send_invoice"})
    assert refused.value.param == "days_until_due"
    sent = account.v1.subscriptions.update(subscription.id, {"collection_method": "send_invoice", "days_until_due": 14})
    assert (sent.collection_method, sent.days_until_due) == ("send_invoice", 14)
    end = account.advance_to(period_of(subscription)[1] + HOUR)
    invoice = account.invoices(subscription)[-1]
    assert (invoice.status, invoice.due_date, invoice.attempted) == ("open", end - HOUR + 14 * DAY, False)
    back = account.v1.subscriptions.update(subscription.id, {"collection_method": "charge_automatically"})
    assert (back.collection_method, back.days_until_due) == ("charge_automatically", None)
    account.v1.invoices.pay(invoice.id)
    account.advance_to(period_of(account.subscription(back))[1] + HOUR)
    assert account.invoices(back)[-1].status == "paid"


def test_a_change_of_a_sent_subscription_is_a_draft_for_an_hour(account: Account) -> None:
    subscription = account.subscribe(collection_method="send_invoice", days_until_due=7)
    account.advance(HOUR)
    invoice = upgraded(account, subscription)
    assert (invoice.status, invoice.automatically_finalizes_at) == ("draft", account.now + HOUR)
    account.advance(HOUR)
    sent = account.v1.invoices.retrieve(invoice.id)
    assert (sent.status, sent.attempted) == ("open", False)
    assert account.event_types()[-1] == "invoice.sent"


@pytest.mark.parametrize(
    ("behavior", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")]
)
def test_a_pause_holds_for_changes_too(account: Account, behavior: str, status: str) -> None:
    subscription = account.subscribe()
    account.advance(DAY)
    account.v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": behavior}})
    assert upgraded(account, subscription).status == status
    going = account.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    assert (going.pause_collection, going.status) == (None, "active")


def test_a_pause_cannot_end_in_the_past(account: Account) -> None:
    subscription = account.subscribe()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.update(
            subscription.id, {"pause_collection": {"behavior": "void", "resumes_at": account.now}}
        )
    assert refused.value.param == "pause_collection[resumes_at]"


def test_what_paid_becomes_the_default_where_that_is_asked(account: Account) -> None:
    for wanted in ("on_subscription", "off"):
        subscription = account.subscribe(
            card=None,
            payment_behavior="default_incomplete",
            payment_settings={"save_default_payment_method": wanted},
            expand=["latest_invoice.payments"],
        )
        assert (subscription.status, subscription.default_payment_method) == ("incomplete", None)
        intent = subscription.latest_invoice.payments.data[0].payment.payment_intent
        paid = account.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
        active = account.subscription(subscription)
        assert active.status == "active"
        assert active.default_payment_method == (paid.payment_method if wanted == "on_subscription" else None)


def test_the_subscriptions_own_method_comes_before_the_customers(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_visa", default_payment_method="pm_card_mastercard")
    assert subscription.default_payment_method
    charge = account.v1.charges.list({"customer": subscription.customer}).data[0]
    assert charge.payment_method == subscription.default_payment_method
    none = account.v1.subscriptions.update(subscription.id, {"default_payment_method": ""})
    assert none.default_payment_method is None
    other = account.customer("pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.update(
            subscription.id, {"default_payment_method": other.invoice_settings.default_payment_method}
        )
    assert refused.value.param == "default_payment_method"
