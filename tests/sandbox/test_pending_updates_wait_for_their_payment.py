"""`payment_behavior: pending_if_incomplete`: a change that cannot be paid waits beside the subscription as it is."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of

HOUR = 3600


def waiting(account: Account, card: str = "pm_card_sandbox_failsOnRenewal", **more: Any) -> stripe.Subscription:
    """A subscription of 31.00 a month whose change to 3 pieces, 10 days later, could not be paid."""
    subscription = account.subscribe(account.price(3100), card=card)
    account.advance(10 * DAY)
    change = {"items": [{"id": items_of(subscription)[0].id, "quantity": 3}], "proration_behavior": "always_invoice"}
    return account.v1.subscriptions.update(
        subscription.id, {**change, "payment_behavior": "pending_if_incomplete", **more}
    )


def quantity(subscription: stripe.Subscription) -> int | None:
    return items_of(subscription)[0].quantity


def test_a_change_that_is_paid_is_made_at_once(account: Account) -> None:
    changed = waiting(account, "pm_card_visa")
    assert (changed.pending_update, quantity(changed), changed.status) == (None, 3, "active")
    assert account.invoices(changed)[-1].amount_paid == 3 * 2100 - 2100


def test_a_change_that_is_not_paid_waits_and_is_applied_by_its_payment(account: Account) -> None:
    held = waiting(account, metadata={"plan": "big"})
    invoice = account.v1.invoices.retrieve(held.latest_invoice)
    assert (held.status, quantity(held), invoice.status, invoice.amount_due) == ("active", 1, "open", 4200)
    assert held.pending_update.expires_at == account.now + 23 * HOUR
    assert [item.quantity for item in held.pending_update.subscription_items] == [3]
    assert (held.pending_update.metadata.to_dict(), held.metadata.to_dict()) == ({"plan": "big"}, {})
    account.advance(HOUR)
    with pytest.raises(stripe.CardError):
        account.v1.invoices.pay(invoice.id)
    assert account.subscription(held).pending_update.expires_at == held.pending_update.expires_at
    account.v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
    applied = account.subscription(held)
    assert (applied.pending_update, quantity(applied), applied.metadata.plan) == (None, 3, "big")
    assert "customer.subscription.pending_update_applied" in account.event_types()
    credit = account.v1.subscriptions.update(
        held.id, {"items": [{"id": items_of(held)[0].id, "quantity": 0}], "proration_behavior": "always_invoice"}
    )
    left = period_of(held)[1] - account.now
    assert account.invoices(credit)[-1].total == -round(9300 * left / (31 * DAY))


def test_a_change_that_is_never_paid_expires_with_its_invoice(account: Account) -> None:
    held = waiting(account)
    account.advance_to(held.pending_update.expires_at)
    kept = account.subscription(held)
    assert (kept.pending_update, quantity(kept), kept.status) == (None, 1, "active")
    assert account.v1.invoices.retrieve(held.latest_invoice).status == "void"
    assert account.event_types()[-3:] == [
        "invoice.voided",
        "customer.subscription.updated",
        "customer.subscription.pending_update_expired",
    ]
    account.v1.customers.update(kept.customer, {"invoice_settings": {"default_payment_method": "pm_card_visa"}})
    account.advance_to(period_of(kept)[1] + HOUR)
    assert account.invoices(kept)[-1].amount_paid == 3100


def test_it_expires_no_later_than_the_period(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    end = account.advance_to(period_of(subscription)[1] - HOUR) + HOUR
    held = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "quantity": 900}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "pending_if_incomplete",
        },
    )
    assert held.pending_update.expires_at == end
    account.advance_to(end)
    assert (account.subscription(held).pending_update, quantity(account.subscription(held))) == (None, 1)


def test_another_change_takes_its_place(account: Account) -> None:
    held = waiting(account)
    changed = account.v1.subscriptions.update(
        held.id, {"items": [{"id": items_of(held)[0].id, "quantity": 2}], "proration_behavior": "none"}
    )
    assert (changed.pending_update, quantity(changed)) == (None, 2)
    assert account.v1.invoices.retrieve(held.latest_invoice).status == "void"


def test_another_interval_waits_with_its_anchor(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    account.advance(10 * DAY)
    yearly = account.price(50_000, "year")
    held = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "price": yearly.id}],
            "payment_behavior": "pending_if_incomplete",
        },
    )
    assert held.pending_update.billing_cycle_anchor == account.now
    assert period_of(held) == period_of(subscription)
    asked = account.now
    account.advance(2 * HOUR)
    account.v1.invoices.pay(held.latest_invoice, {"payment_method": "pm_card_visa"})
    applied = account.subscription(held)
    assert (applied.billing_cycle_anchor, period_of(applied)) == (asked, (asked, asked + 366 * DAY))


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"cancel_at_period_end": "true"}, "cancel_at_period_end"),
        ({"default_payment_method": "pm_card_visa"}, "default_payment_method"),
    ],
)
def test_only_some_parameters_can_wait(account: Account, given: dict[str, Any], param: str) -> None:
    subscription = account.subscribe()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscriptions.update(subscription.id, {**given, "payment_behavior": "pending_if_incomplete"})
    assert refused.value.param == param


def test_it_is_for_changes_only_and_for_charges(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.subscribe(payment_behavior="pending_if_incomplete")
    sent = account.subscribe(collection_method="send_invoice", days_until_due=5)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.update(sent.id, {"trial_end": "now", "payment_behavior": "pending_if_incomplete"})


def test_default_incomplete_leaves_the_payment_of_a_change_to_the_customer(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    changed = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "quantity": 2}],
            "proration_behavior": "always_invoice",
            "payment_behavior": "default_incomplete",
            "expand": ["latest_invoice.payments"],
        },
    )
    intent = account.v1.payment_intents.retrieve(changed.latest_invoice.payments.data[0].payment.payment_intent)
    assert (changed.status, quantity(changed), intent.status) == ("past_due", 2, "requires_confirmation")
    account.v1.payment_intents.confirm(intent.id)
    assert account.subscription(changed).status == "active"
