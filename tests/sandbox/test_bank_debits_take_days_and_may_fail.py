"""US bank accounts and SEPA: processing first, then paid or sent back."""

import pytest
import stripe

from tests.sandbox.paying import balance, movements, pay
from tests.sandbox.scenes import DAY, Account, period_of

HOUR = 3600


def test_a_debit_processes_for_days_then_succeeds(account: Account) -> None:
    v1 = account.v1
    intent = pay(account, "pm_usBankAccount_success", 20_000)
    charge = v1.charges.retrieve(intent.latest_charge)
    assert (intent.status, charge.status, charge.paid, charge.id[:3]) == ("processing", "pending", False, "py_")
    assert (charge.payment_method_details.type, charge.payment_method_details.us_bank_account.last4) == (
        "us_bank_account",
        "6789",
    )
    assert balance(account) == (0, 20_000 - 160)
    assert account.event_types()[-2:] == ["charge.pending", "payment_intent.processing"]
    account.advance(4 * DAY - 1)
    assert v1.payment_intents.retrieve(intent.id).status == "processing"
    account.advance(1)
    assert v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert (v1.charges.retrieve(charge.id).status, balance(account)) == ("succeeded", (19_840, 0))
    assert movements(account)[0].type == "payment"


@pytest.mark.parametrize(
    ("token", "days", "code"),
    [
        ("pm_usBankAccount_accountClosed", 4, "account_closed"),
        ("pm_usBankAccount_insufficientFunds", 4, "insufficient_funds"),
        ("pm_sepaDebit_failed_de", 5, "generic_could_not_process"),
        ("pm_sepaDebit_failedDelayed_at", 10, "generic_could_not_process"),
        ("pm_sepaDebit_exceedsWeeklyVolumeLimit_fr", 5, "charge_exceeds_source_limit"),
    ],
)
def test_a_debit_fails_late_and_gives_everything_back(account: Account, token: str, days: int, code: str) -> None:
    v1 = account.v1
    intent = pay(account, token, 20_000)
    account.advance(days * DAY - 1)
    assert v1.payment_intents.retrieve(intent.id).status == "processing"
    account.advance(1)
    failed = v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (failed.status, failed.last_payment_error.code) == ("requires_payment_method", code)
    assert (failed.latest_charge.status, failed.latest_charge.failure_code) == ("failed", code)
    back = v1.balance_transactions.retrieve(failed.latest_charge.failure_balance_transaction)
    assert (back.type, back.reporting_category, balance(account)) == (
        "payment_failure_refund",
        "charge_failure",
        (0, 0),
    )


def test_a_test_account_makes_a_payment_method_with_a_mandate(account: Account) -> None:
    v1, customer = account.v1, account.customer(card=None)
    method = v1.payment_methods.create(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89 3704 0044 0532 0130 00"},
            "billing_details": {"name": "Ada", "email": "ada@example.com"},
        }
    )
    assert (method.sepa_debit.country, method.sepa_debit.last4, method.sepa_debit.bank_code) == (
        "DE",
        "3000",
        "37040044",
    )
    v1.payment_methods.attach(method.id, {"customer": customer.id})
    charge = v1.charges.retrieve(pay(account, method.id, 500, "eur", customer=customer.id).latest_charge)
    mandate = v1.mandates.retrieve(charge.payment_method_details.sepa_debit.mandate)
    assert (mandate.status, mandate.type, mandate.payment_method) == ("active", "multi_use", method.id)
    v1.payment_methods.detach(method.id)
    assert v1.mandates.retrieve(mandate.id).status == "inactive"


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        ("DE91370400440000055555", "sepa_debit_bank_not_supported"),
        ("DE18370400440000066666", "sepa_debit_debits_not_supported"),
        ("DE00000000000000000000", "invalid_iban"),
    ],
)
def test_an_account_that_cannot_be_debited_makes_no_payment_method(account: Account, iban: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.payment_methods.create({"type": "sepa_debit", "sepa_debit": {"iban": iban}})
    assert refused.value.code == code


def test_a_subscription_is_active_while_its_first_debit_processes(account: Account) -> None:
    subscription = account.subscribe(card="pm_usBankAccount_success", expand=["latest_invoice.payments"])
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.attempted) == ("active", "open", True)
    assert invoice.payments.data[0].status == "open"
    account.advance(4 * DAY)
    paid = account.v1.invoices.retrieve(invoice.id)
    assert (paid.status, paid.attempt_count, paid.status_transitions.paid_at) == ("paid", 1, account.now)
    assert account.subscription(subscription).status == "active"


def test_a_failed_renewal_debit_makes_it_past_due_and_is_tried_again(account: Account) -> None:
    subscription = account.subscribe()
    settings = {"default_payment_method": "pm_usBankAccount_insufficientFunds"}
    account.v1.customers.update(subscription.customer, {"invoice_settings": settings})
    charged = account.advance_to(period_of(subscription)[1] + HOUR)
    assert account.subscription(subscription).status == "active"
    failed = account.advance(4 * DAY)
    invoice = account.invoices(subscription)[-1]
    assert (account.subscription(subscription).status, invoice.status) == ("past_due", "open")
    assert (invoice.attempt_count, invoice.next_payment_attempt) == (1, failed + 3 * DAY)
    assert failed == charged + 4 * DAY
    account.v1.customers.update(subscription.customer, {"invoice_settings": {"default_payment_method": "pm_card_visa"}})
    account.advance(3 * DAY)
    assert account.subscription(subscription).status == "active"


def test_a_debit_that_processes_for_ever_is_answered_by_a_control(account: Account) -> None:
    one, other = (pay(account, "pm_usBankAccount_processing", 900) for _ in range(2))
    account.advance(90 * DAY)
    assert account.control("settle_debit", {"payment_intent": one.id})["status"] == "succeeded"
    failed = account.control("settle_debit", {"payment_intent": other.id, "outcome": "fail"})
    assert failed["status"] == "requires_payment_method"


def test_a_refund_of_a_debit_is_pending_for_days(account: Account) -> None:
    intent = pay(account, "pm_usBankAccount_success", 900)
    account.advance(4 * DAY)
    refund = account.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason, refund.id[:4]) == ("pending", "processing", "pyr_")
    account.advance(3 * DAY)
    assert account.v1.refunds.retrieve(refund.id).status == "succeeded"


@pytest.mark.parametrize(
    ("token", "status"), [("pm_usBankAccount_success", "succeeded"), ("pm_usBankAccount_noAccount", "failed")]
)
def test_a_debit_is_answered_though_its_customer_is_gone(account: Account, token: str, status: str) -> None:
    subscription = account.subscribe(card=token)
    charge = account.v1.charges.list({"customer": str(subscription.customer)}).data[0]
    mandate = charge.payment_method_details.us_bank_account.mandate
    account.v1.customers.delete(str(subscription.customer))
    assert account.v1.mandates.retrieve(mandate).status == "inactive"
    account.advance(4 * DAY)
    assert account.v1.charges.retrieve(charge.id).status == status
    invoice = account.v1.invoices.retrieve(str(subscription.latest_invoice))
    expected = "paid" if status == "succeeded" else "open"
    assert (invoice.status, invoice.next_payment_attempt) == (expected, None)
