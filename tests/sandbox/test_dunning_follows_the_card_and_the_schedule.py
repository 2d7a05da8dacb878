"""Retries of renewals: soft and hard declines, authentication, manual attempts, what follows when they are over."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, period_of

HOUR = 3600


def renewed(account: Account, card: str, **fields: Any) -> tuple[stripe.Subscription, stripe.Invoice]:
    """A subscription at the moment its first renewal was charged, and that renewal's invoice."""
    subscription = account.subscribe(card=card, **fields)
    account.advance_to(period_of(subscription)[1] + HOUR)
    return subscription, account.invoices(subscription)[-1]


def charges_of(account: Account, invoice: stripe.Invoice) -> list[stripe.Charge]:
    tie = account.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    return account.v1.charges.list({"payment_intent": tie.payment.payment_intent}).data


def test_every_attempt_is_a_charge_of_one_intent_tied_to_the_invoice(account: Account) -> None:
    v1 = account.v1
    _, invoice = renewed(account, "pm_card_sandbox_failsOnRenewal")
    account.advance(5 * DAY)
    failed = account.event_types(type="invoice.payment_failed")
    charges = charges_of(account, invoice)
    assert (len(charges), len(failed), v1.invoices.retrieve(invoice.id).attempt_count) == (3, 3, 3)
    intent = charges[0].payment_intent
    found = v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data
    assert [(tie.invoice, tie.status, tie.is_default) for tie in found] == [(invoice.id, "open", True)]
    told = v1.events.list({"type": "payment_intent.payment_failed"}).data[0].data.object
    assert (told.id, told.last_payment_error.charge) == (intent, charges[0].id)


@pytest.mark.parametrize("card", ["pm_card_sandbox_lostOnRenewal"])
def test_after_a_hard_decline_retries_are_counted_but_not_charged(account: Account, card: str) -> None:
    subscription, invoice = renewed(account, card)
    first = invoice.status_transitions.finalized_at
    assert (invoice.attempt_count, invoice.next_payment_attempt) == (1, first + 3 * DAY)
    account.advance(5 * DAY)
    later = account.v1.invoices.retrieve(invoice.id)
    assert (later.attempt_count, later.next_payment_attempt) == (3, first + 7 * DAY)
    assert len(charges_of(account, invoice)) == 1
    account.v1.customers.update(subscription.customer, {"invoice_settings": {"default_payment_method": "pm_card_visa"}})
    account.advance(2 * DAY)
    assert account.v1.invoices.retrieve(invoice.id).status == "paid"
    assert account.subscription(subscription).status == "active"
    assert [charge.status for charge in charges_of(account, invoice)] == ["succeeded", "failed"]


def test_a_hard_decline_without_a_new_card_ends_like_any_other(account: Account) -> None:
    subscription, invoice = renewed(account, "pm_card_sandbox_lostOnRenewal")
    account.advance(7 * DAY)
    assert account.subscription(subscription).status == "canceled"
    assert len(charges_of(account, invoice)) == 1


def test_authentication_is_asked_for_once_and_heals_when_it_is_given(account: Account) -> None:
    subscription = account.subscribe()
    method = account.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": subscription.customer})
    account.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    account.advance_to(period_of(subscription)[1] + HOUR)
    invoice = account.invoices(subscription)[-1]
    assert account.event_types(type="invoice.payment_action_required") == ["invoice.payment_action_required"]
    assert account.subscription(subscription).status == "past_due"
    account.advance(5 * DAY)
    assert account.v1.invoices.retrieve(invoice.id).attempt_count == 3
    tie = account.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    assert account.v1.payment_intents.retrieve(tie.payment.payment_intent).status == "requires_action"
    account.control("authenticate", {"payment_intent": tie.payment.payment_intent})
    assert account.v1.invoices.retrieve(invoice.id).status == "paid"
    assert account.subscription(subscription).status == "active"


def test_a_card_that_was_authenticated_at_signup_renews_by_itself(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_authenticationRequiredOnSetup")
    assert subscription.status == "incomplete"
    intent = account.v1.payment_intents.list({"customer": str(subscription.customer)}).data[0]
    account.control("authenticate", {"payment_intent": intent.id})
    assert account.subscription(subscription).status == "active"
    account.advance_to(period_of(subscription)[1] + HOUR)
    assert [invoice.status for invoice in account.invoices(subscription)] == ["paid", "paid"]


@pytest.mark.parametrize(("away", "status"), [(True, "active"), (False, "incomplete")])
def test_a_signup_says_whether_the_customer_is_there(account: Account, away: bool, status: str) -> None:
    card = "pm_card_authenticationRequiredSetupForOffSession"
    assert account.subscribe(card=card, off_session=away).status == status


def test_attempts_by_hand_leave_the_schedule_alone(account: Account) -> None:
    _, invoice = renewed(account, "pm_card_sandbox_failsOnRenewal")
    account.advance(DAY)
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            account.v1.invoices.pay(invoice.id)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.attempt_count, after.next_payment_attempt) == (1, invoice.next_payment_attempt)
    assert len(charges_of(account, invoice)) == 3
    paid = account.v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.next_payment_attempt, paid.attempt_count) == ("paid", None, 1)


def test_the_schedule_is_a_setting_and_so_is_its_end(account: Account) -> None:
    account.control(
        "settings", {"retry_days": [1, 2], "invoice_after_retries": "uncollectible", "after_retries": "unpaid"}
    )
    subscription, invoice = renewed(account, "pm_card_sandbox_insufficientFundsOnRenewal")
    account.advance(2 * DAY)
    assert account.v1.invoices.retrieve(invoice.id).status == "uncollectible"
    assert account.v1.invoices.retrieve(invoice.id).attempt_count == 3
    assert account.subscription(subscription).status == "unpaid"


def test_a_card_declines_from_the_renewal_that_it_is_named_for(account: Account) -> None:
    subscription = account.subscribe(card="pm_card_sandbox_failsOnSecondRenewal")
    account.advance_to(period_of(subscription)[1] + HOUR)
    renewed_once = account.subscription(subscription)
    assert (renewed_once.status, account.invoices(subscription)[-1].status) == ("active", "paid")
    account.advance_to(period_of(renewed_once)[1] + HOUR)
    assert account.subscription(subscription).status == "past_due"


def test_a_card_expires_with_its_month(account: Account) -> None:
    v1 = account.v1
    customer = account.customer(card=None)
    card = {"number": "4242424242424242", "exp_month": 2, "exp_year": 2024, "cvc": "123"}
    method = v1.payment_methods.create({"type": "card", "card": card})
    v1.payment_methods.attach(method.id, {"customer": customer.id})
    v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    subscription = account.subscribe(customer=customer.id)
    account.advance_to(period_of(subscription)[1] + HOUR)
    assert account.subscription(subscription).status == "active"
    account.advance(29 * DAY)
    charge = charges_of(account, account.invoices(subscription)[-1])[0]
    assert (account.subscription(subscription).status, charge.failure_code) == ("past_due", "expired_card")
    v1.payment_methods.update(method.id, {"card": {"exp_month": 12, "exp_year": 2030}})
    account.advance(3 * DAY)
    assert account.subscription(subscription).status == "active"


def test_a_bank_may_renew_a_card_by_itself(account: Account) -> None:
    v1, customer = account.v1, account.customer(card=None)
    method = v1.payment_methods.attach("pm_card_sandbox_renewedByBank", {"customer": customer.id})
    v1.payment_methods.update(method.id, {"card": {"exp_month": 1, "exp_year": 2024}})
    v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    subscription = account.subscribe(customer=customer.id)
    account.advance_to(period_of(subscription)[1] + HOUR)
    assert account.subscription(subscription).status == "active"
    told = v1.events.list({"type": "payment_method.automatically_updated"}).data[0].data
    assert (told.object.card.exp_year, told.previous_attributes["card"]["exp_year"]) == (2028, 2024)
