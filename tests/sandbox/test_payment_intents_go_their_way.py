"""Payment intents: kinds of methods, off-session declines, manual capture and confirmation, limits, cancellation."""

import pytest
import stripe

from tests.sandbox.paying import balance, pay
from tests.sandbox.scenes import DAY, Account


def opened(account: Account, **fields: object) -> stripe.PaymentIntent:
    return account.v1.payment_intents.create({"amount": 1_000, "currency": "usd", **fields})


@pytest.mark.parametrize(
    ("currency", "kinds"),
    [("usd", ["card", "us_bank_account"]), ("eur", ["card", "sepa_debit"]), ("gbp", ["card"])],
)
def test_what_can_pay_depends_on_the_currency(account: Account, currency: str, kinds: list[str]) -> None:
    intent = opened(account, currency=currency)
    assert (intent.payment_method_types, intent.automatic_payment_methods.enabled) == (kinds, True)
    assert opened(account, payment_method_types=["card"]).automatic_payment_methods is None


def test_a_method_of_another_kind_or_another_customer_is_refused(account: Account) -> None:
    v1 = account.v1
    only_cards = opened(account, payment_method_types=["card"])
    with pytest.raises(stripe.InvalidRequestError):
        v1.payment_intents.confirm(only_cards.id, {"payment_method": "pm_usBankAccount_success"})
    stranger = account.customer().invoice_settings.default_payment_method
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.payment_intents.confirm(only_cards.id, {"payment_method": stranger})
    assert refused.value.param == "payment_method"
    assert v1.payment_intents.retrieve(only_cards.id).status == "requires_payment_method"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "usd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
    ],
)
def test_amounts_have_a_least_and_a_most(account: Account, amount: int, currency: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(account, amount=amount, currency=currency)
    assert (refused.value.code, refused.value.param) == (code, "amount")


def test_off_session_a_card_that_wants_authentication_is_declined(account: Account) -> None:
    with pytest.raises(stripe.CardError) as refused:
        pay(account, "pm_card_authenticationRequired", off_session=True)
    error = refused.value.error
    assert (error.code, error.decline_code) == ("authentication_required", "authentication_required")
    intent = account.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", "authentication_required")
    with pytest.raises(stripe.CardError):
        pay(account, "pm_card_authenticationRequired", error_on_requires_action=True)


def test_a_card_that_was_set_up_pays_off_session_only(account: Account) -> None:
    v1, customer = account.v1, account.customer(card=None).id
    setup = v1.setup_intents.create(
        {"customer": customer, "payment_method": "pm_card_authenticationRequiredOnSetup", "confirm": True}
    )
    account.control("authenticate", {"setup_intent": setup.id})
    method = v1.setup_intents.retrieve(setup.id).payment_method
    assert pay(account, method, customer=customer, off_session=True).status == "succeeded"
    assert pay(account, method, customer=customer).status == "requires_action"
    with pytest.raises(stripe.CardError):
        pay(account, "pm_card_authenticationRequiredOnSetup", off_session=True)
    assert pay(account, "pm_card_authenticationRequiredSetupForOffSession", off_session=True).status == "succeeded"
    assert pay(account, "pm_card_authenticationRequiredSetupForOffSession").status == "requires_action"


def test_authentication_may_be_followed_by_a_decline(account: Account) -> None:
    intent = pay(account, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    assert intent.status == "requires_action"
    answered = account.control("authenticate", {"payment_intent": intent.id})
    assert (answered["status"], answered["last_payment_error"]["decline_code"]) == (
        "requires_payment_method",
        "insufficient_funds",
    )


def test_a_return_url_makes_a_page_to_go_to(account: Account) -> None:
    intent = pay(account, "pm_card_threeDSecure2Required", return_url="https://shop.example/back?a=1")
    action = intent.next_action
    assert (action.type, action.redirect_to_url.return_url) == ("redirect_to_url", "https://shop.example/back?a=1")
    assert action.redirect_to_url.url == f"{account.url}/authenticate/{intent.id}"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay(account, "pm_card_threeDSecure2Required", return_url="nowhere")
    assert refused.value.code == "url_invalid"


def test_three_d_secure_is_done_where_it_is_asked_for_and_supported(account: Account) -> None:
    options = {"card": {"request_three_d_secure": "any"}}
    assert pay(account, "pm_card_threeDSecureOptional").status == "succeeded"
    asked = pay(account, "pm_card_threeDSecureOptional", payment_method_options=options)
    assert asked.status == "requires_action"
    account.control("authenticate", {"payment_intent": asked.id})
    charge = account.v1.charges.list({"payment_intent": asked.id}).data[0]
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert pay(account, "pm_card_visa", payment_method_options=options).status == "succeeded"


def test_manual_confirmation_needs_the_server_after_the_customer(account: Account) -> None:
    intent = pay(account, "pm_card_authenticationRequired", confirmation_method="manual")
    account.control("authenticate", {"payment_intent": intent.id})
    assert account.v1.payment_intents.retrieve(intent.id).status == "requires_confirmation"
    assert account.v1.payment_intents.confirm(intent.id).status == "succeeded"


def test_an_authorization_expires_after_seven_days(account: Account) -> None:
    v1 = account.v1
    intent = pay(account, "pm_card_visa", capture_method="manual", expand=["latest_charge"])
    details = intent.latest_charge.payment_method_details.card
    assert (details.capture_before, balance(account)) == (account.now + 7 * DAY, (0, 0))
    account.advance(7 * DAY)
    expired = v1.payment_intents.retrieve(intent.id)
    assert (expired.status, expired.cancellation_reason, expired.amount_capturable) == ("canceled", "automatic", 0)
    assert v1.charges.retrieve(intent.latest_charge.id).refunded
    assert account.event_types()[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_a_charge_is_captured_by_itself_too(account: Account) -> None:
    v1 = account.v1
    intent = pay(account, "pm_card_visa", 1_000, capture_method="manual")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.charges.capture(intent.latest_charge, {"amount": 1_001})
    assert refused.value.code == "amount_too_large"
    assert v1.charges.capture(intent.latest_charge, {"amount": 400}).amount_captured == 400
    assert v1.payment_intents.retrieve(intent.id).amount_received == 400
    with pytest.raises(stripe.InvalidRequestError) as again:
        v1.charges.capture(intent.latest_charge)
    assert again.value.code == "charge_already_captured"
    assert balance(account) == (0, 400 - 42)


def test_canceling_releases_an_authorization_and_calls_a_debit_back(account: Account) -> None:
    v1 = account.v1
    held, debit = pay(account, "pm_card_visa", capture_method="manual"), pay(account, "pm_usBankAccount_processing")
    for intent in (held, debit):
        canceled = v1.payment_intents.cancel(intent.id, {"cancellation_reason": "duplicate"})
        assert (canceled.status, canceled.cancellation_reason) == ("canceled", "duplicate")
    assert v1.charges.retrieve(held.latest_charge).amount_refunded == 10_000
    assert (v1.charges.retrieve(debit.latest_charge).status, balance(account)) == ("failed", (0, 0))
    with pytest.raises(stripe.InvalidRequestError) as again:
        v1.payment_intents.cancel(held.id)
    assert again.value.code == "payment_intent_unexpected_state"


def test_a_payment_keeps_the_method_for_later_and_what_was_said_about_it(account: Account) -> None:
    v1, customer = account.v1, account.customer(card=None).id
    intent = opened(account, customer=customer, setup_future_usage="off_session", transfer_group="ORDER_1")
    intent = v1.payment_intents.confirm(
        intent.id,
        {
            "payment_method_data": {"type": "card", "card": {"token": "tok_visa"}, "billing_details": {"name": "Ada"}},
            "receipt_email": "ada@example.com",
            "shipping": {"name": "Ada", "address": {"line1": "Main 1", "country": "CH"}},
        },
    )
    assert v1.payment_methods.retrieve(intent.payment_method).customer == customer
    charge = v1.charges.list({"transfer_group": "ORDER_1", "customer": customer}).data[0]
    assert (charge.id, charge.receipt_email, charge.billing_details.name, charge.shipping.address.country) == (
        intent.latest_charge,
        "ada@example.com",
        "Ada",
        "CH",
    )
    assert v1.charges.list({"transfer_group": "ORDER_2"}).data == []


def test_a_change_before_confirmation_counts(account: Account) -> None:
    v1, intent = account.v1, opened(account, metadata={"a": "1"})
    changed = v1.payment_intents.update(intent.id, {"amount": 2_000, "metadata": {"b": "2"}, "description": "Two"})
    assert (changed.amount, changed.metadata.to_dict(), changed.description) == (2_000, {"a": "1", "b": "2"}, "Two")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.payment_intents.confirm(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).amount_received == 2_000
    with pytest.raises(stripe.InvalidRequestError):
        v1.payment_intents.update(intent.id, {"amount": 3_000})
