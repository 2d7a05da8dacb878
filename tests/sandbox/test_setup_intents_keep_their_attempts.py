"""Setup intents: saved, authenticated, refused, canceled; each attempt is kept."""

import pytest
import stripe

from tests.sandbox.paying import ANY
from tests.sandbox.scenes import Account


def setup(account: Account, token: str, **fields: object) -> stripe.SetupIntent:
    wanted = {"payment_method": token, "confirm": True, "payment_method_types": ANY}
    return account.v1.setup_intents.create({**wanted, **fields})


def test_a_card_is_saved_with_its_attempt(account: Account) -> None:
    customer = account.customer(card=None).id
    intent = setup(account, "pm_card_visa", customer=customer, expand=["latest_attempt"])
    attempt = intent.latest_attempt
    assert (intent.status, intent.usage, attempt.status, attempt.customer) == (
        "succeeded",
        "off_session",
        "succeeded",
        customer,
    )
    assert attempt.payment_method_details.card.last4 == "4242"
    assert account.v1.payment_methods.retrieve(intent.payment_method).customer == customer


def test_authentication_fails_then_succeeds_with_an_attempt_each(account: Account) -> None:
    v1, customer = account.v1, account.customer(card=None).id
    intent = setup(account, "pm_card_authenticationRequired", customer=customer)
    assert (intent.status, intent.next_action.type) == ("requires_action", "use_stripe_sdk")
    failed = account.control("authenticate", {"setup_intent": intent.id, "outcome": "fail"})
    assert (failed["status"], failed["last_setup_error"]["code"]) == (
        "requires_payment_method",
        "setup_intent_authentication_failure",
    )
    assert account.event_types(type="setup_intent.setup_failed") == ["setup_intent.setup_failed"]
    v1.setup_intents.confirm(
        intent.id, {"payment_method": "pm_card_authenticationRequired", "return_url": "https://shop.example/back"}
    )
    assert account.control("authenticate", {"setup_intent": intent.id})["status"] == "succeeded"
    attempts = v1.setup_attempts.list({"setup_intent": intent.id}).data
    assert [attempt.status for attempt in attempts] == ["succeeded", "failed"]
    assert attempts[1].setup_error.code == "setup_intent_authentication_failure"
    assert attempts[0].payment_method_details.card.three_d_secure.result == "authenticated"


def test_an_issuers_refusal_is_told_and_kept(account: Account) -> None:
    with pytest.raises(stripe.CardError) as refused:
        setup(account, "pm_card_visa_chargeDeclinedLostCard", customer=account.customer(card=None).id)
    assert refused.value.error.decline_code == "lost_card"
    intent = account.v1.setup_intents.list().data[0]
    assert (intent.status, intent.last_setup_error.decline_code) == ("requires_payment_method", "lost_card")
    attempt = account.v1.setup_attempts.list({"setup_intent": intent.id}).data[0]
    assert (attempt.status, attempt.setup_error.decline_code) == ("failed", "lost_card")


def test_a_bank_account_is_saved_with_a_mandate(account: Account) -> None:
    acceptance = {"type": "online", "online": {"ip_address": "192.0.2.1", "user_agent": "Test"}}
    intent = setup(
        account,
        "pm_usBankAccount_success",
        customer=account.customer(card=None).id,
        mandate_data={"customer_acceptance": acceptance},
        expand=["mandate"],
    )
    accepted = intent.mandate.customer_acceptance
    assert (intent.status, accepted.type, accepted.online.ip_address) == ("succeeded", "online", "192.0.2.1")
    assert intent.mandate.payment_method == intent.payment_method


def test_canceling_abandons_what_waited(account: Account) -> None:
    v1, intent = account.v1, setup(account, "pm_card_authenticationRequired")
    canceled = v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert v1.setup_attempts.list({"setup_intent": intent.id}).data[0].status == "abandoned"
    with pytest.raises(stripe.InvalidRequestError) as again:
        v1.setup_intents.confirm(intent.id)
    assert again.value.code == "setup_intent_unexpected_state"


def test_setups_are_found_by_customer_and_method(account: Account) -> None:
    customer = account.customer(card=None).id
    intent = setup(account, "pm_card_visa", customer=customer)
    setup(account, "pm_card_visa")
    found = account.v1.setup_intents.list
    assert [entry.id for entry in found({"customer": customer}).data] == [intent.id]
    assert [entry.id for entry in found({"payment_method": intent.payment_method}).data] == [intent.id]
