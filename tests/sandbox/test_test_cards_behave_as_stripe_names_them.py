"""Stripe's named test cards, and the sandbox's own."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account

ATTACHING = ["pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_chargeCustomerFail"]
REFUSED = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", None),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", None),
}


@pytest.mark.parametrize("token", ATTACHING)
def test_a_token_becomes_a_payment_method_where_an_id_is_accepted(account: Account, token: str) -> None:
    customer = account.customer(card=None)
    method = account.v1.payment_methods.attach(token, {"customer": customer.id})
    assert method.id.startswith("pm_")
    assert method.customer == customer.id
    listed = account.v1.payment_methods.list({"customer": customer.id, "type": "card"})
    assert [entry.id for entry in listed.data] == [method.id]
    assert account.v1.customers.payment_methods.retrieve(customer.id, method.id).id == method.id
    account.v1.payment_methods.detach(method.id)
    assert account.v1.payment_methods.list({"customer": customer.id}).data == []


@pytest.mark.parametrize("token", REFUSED)
def test_refused_cards_neither_attach_nor_pay(account: Account, token: str) -> None:
    code, decline_code = REFUSED[token]
    with pytest.raises(stripe.CardError) as unattached:
        account.v1.payment_methods.attach(token, {"customer": account.customer(card=None).id})
    assert unattached.value.code == code
    with pytest.raises(stripe.CardError) as unpaid:
        account.v1.payment_intents.create({"amount": 500, "currency": "usd", "payment_method": token, "confirm": True})
    error = unpaid.value.error
    assert (unpaid.value.http_status, error.code, getattr(error, "decline_code", None)) == (402, code, decline_code)
    intent = account.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    assert account.v1.charges.retrieve(intent.latest_charge).status == "failed"


def test_a_payment_leaves_charge_fee_and_balance(account: Account) -> None:
    intent = account.v1.payment_intents.create(
        {
            "amount": 10_000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "expand": ["latest_charge.balance_transaction"],
        }
    )
    entry = intent.latest_charge.balance_transaction
    assert (intent.status, entry.fee, entry.net, entry.status) == ("succeeded", 320, 9_680, "pending")
    assert account.v1.balance.retrieve().pending[0].amount == 9_680
    account.advance(2 * DAY)
    assert account.v1.balance_transactions.retrieve(entry.id).status == "available"
    assert account.v1.balance.retrieve().available[0].amount == 9_680


def test_capture_takes_part_and_refunds_never_more_than_captured(account: Account) -> None:
    v1 = account.v1
    intent = v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "capture_method": "manual",
        }
    )
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1000)
    intent = v1.payment_intents.capture(intent.id, {"amount_to_capture": 800})
    assert (intent.status, intent.amount_received) == ("succeeded", 800)
    v1.refunds.create({"payment_intent": intent.id, "amount": 300})
    with pytest.raises(stripe.InvalidRequestError):
        v1.refunds.create({"payment_intent": intent.id, "amount": 501})
    rest = v1.refunds.create({"payment_intent": intent.id})
    assert rest.amount == 500
    with pytest.raises(stripe.InvalidRequestError) as again:
        v1.refunds.create({"payment_intent": intent.id})
    assert again.value.code == "charge_already_refunded"
    assert v1.charges.retrieve(intent.latest_charge).refunded


@pytest.mark.parametrize(("outcome", "status"), [("succeed", "succeeded"), ("fail", "requires_payment_method")])
def test_authentication_is_asked_for_and_answered(account: Account, outcome: str, status: str) -> None:
    intent = account.v1.payment_intents.create(
        {"amount": 700, "currency": "usd", "payment_method": "pm_card_authenticationRequired", "confirm": True}
    )
    assert (intent.status, intent.next_action.type) == ("requires_action", "use_stripe_sdk")
    account.control("authenticate", {"payment_intent": intent.id, "outcome": outcome})
    assert account.v1.payment_intents.retrieve(intent.id).status == status


def test_a_setup_intent_saves_a_card(account: Account) -> None:
    customer = account.customer(card=None)
    intent = account.v1.setup_intents.create(
        {"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True}
    )
    assert intent.status == "succeeded"
    assert account.v1.payment_methods.retrieve(intent.payment_method).customer == customer.id


REFUSED_BY_NAME = {
    "visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "visa_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
    "visa_chargeDeclinedVelocityLimitExceeded": ("card_declined", "card_velocity_exceeded"),
    "chargeDeclinedFraudulent": ("card_declined", "fraudulent"),
    "chargeDeclinedProcessingError": ("processing_error", None),
    "chargeDeclinedIncorrectZip": ("incorrect_zip", None),
    "radarBlock": ("card_declined", "fraudulent"),
}
NUMBERS = {
    "4242424242424242": ("visa", "credit", "US"),
    "4000056655665556": ("visa", "debit", "US"),
    "5105105105105100": ("mastercard", "prepaid", "US"),
    "378282246310005": ("amex", "credit", "US"),
    "6200000000000005": ("unionpay", "credit", "CN"),
    "4000002760000016": ("visa", "credit", "DE"),
    "4000058260000005": ("visa", "debit", "GB"),
}


@pytest.mark.parametrize("name", REFUSED_BY_NAME)
@pytest.mark.parametrize("prefix", ["pm_card_", "tok_"])
def test_every_named_decline_has_its_code(account: Account, name: str, prefix: str) -> None:
    method = prefix + name
    if prefix == "tok_":
        method = account.v1.payment_methods.create({"type": "card", "card": {"token": method}}).id
    with pytest.raises(stripe.CardError) as refused:
        account.v1.payment_intents.create({"amount": 500, "currency": "usd", "payment_method": method, "confirm": True})
    error = refused.value.error
    assert (error.code, getattr(error, "decline_code", None)) == REFUSED_BY_NAME[name]
    outcome = account.v1.charges.retrieve(error.charge).outcome
    blocked = name == "radarBlock"
    assert (outcome.type, outcome.network_status) == (
        ("blocked", "not_sent_to_network") if blocked else ("issuer_declined", "declined_by_network")
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_test_number_is_the_card_that_stripe_lists(account: Account, number: str) -> None:
    card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    made = account.v1.payment_methods.create({"type": "card", "card": card}).card
    assert (made.brand, made.funding, made.country) == NUMBERS[number]
    assert made.last4 == number[-4:]


@pytest.mark.parametrize("country", ["us", "de", "ch", "br", "jp", "gb"])
def test_there_is_a_card_of_each_country(account: Account, country: str) -> None:
    method = account.v1.payment_methods.attach(f"pm_card_{country}", {"customer": account.customer(card=None).id})
    assert method.card.country == country.upper()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"exp_year": 95}, "invalid_expiry_year"),
        ({"cvc": "99"}, "invalid_cvc"),
    ],
)
def test_what_is_mistyped_is_told_as_a_card_error(account: Account, changed: dict, code: str) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123", **changed}
    with pytest.raises(stripe.CardError) as refused:
        account.v1.payment_methods.create({"type": "card", "card": card})
    assert (refused.value.code, refused.value.http_status) == (code, 402)


def test_checks_and_risk_are_shown(account: Account) -> None:
    customer = account.customer(card=None).id
    checks = account.v1.payment_methods.attach("pm_card_avsFail", {"customer": customer}).card.checks
    assert (checks.address_line1_check, checks.address_postal_code_check, checks.cvc_check) == ("fail", "fail", "pass")
    intent = account.v1.payment_intents.create(
        {
            "amount": 500,
            "currency": "usd",
            "payment_method": "pm_card_riskLevelElevated",
            "confirm": True,
            "expand": ["latest_charge"],
        }
    )
    assert intent.latest_charge.outcome.risk_level == "elevated"
