"""Payments attached to an invoice: in parts, late, too much; and the ties that say which intent paid what."""

import pytest
import stripe

from tests.sandbox.paying import pay
from tests.sandbox.scenes import DAY, Account


def opened(account: Account, amount: int = 10_000, card: str | None = None) -> stripe.Invoice:
    v1, customer = account.v1, account.customer(card).id
    v1.invoice_items.create({"customer": customer, "amount": amount, "currency": "usd"})
    draft = v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include"})
    return v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})


def ties(account: Account, invoice: stripe.Invoice) -> list[tuple[str, int | None, bool]]:
    found = account.v1.invoice_payments.list({"invoice": invoice.id}).data[::-1]
    return [(tie.status, tie.amount_paid, tie.is_default) for tie in found]


def test_two_attached_payments_pay_it_in_parts(account: Account) -> None:
    v1, invoice = account.v1, opened(account)
    first = pay(account, "pm_card_visa", 4_000, customer=invoice.customer)
    part = v1.invoices.attach_payment(invoice.id, {"payment_intent": first.id})
    assert (part.status, part.amount_paid, part.amount_remaining) == ("open", 4_000, 6_000)
    second = pay(account, "pm_usBankAccount_success", 6_000, customer=invoice.customer)
    v1.invoices.attach_payment(invoice.id, {"payment_intent": second.id})
    assert v1.invoices.retrieve(invoice.id).amount_remaining == 6_000
    account.advance(4 * DAY)
    paid = v1.invoices.retrieve(invoice.id)
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 10_000, 0)
    assert ties(account, invoice) == [("canceled", None, True), ("paid", 4_000, False), ("paid", 6_000, False)]
    assert account.event_types(type="invoice_payment.paid") == ["invoice_payment.paid"] * 2


def test_its_own_intent_pays_only_the_rest(account: Account) -> None:
    v1, invoice = account.v1, opened(account)
    part = pay(account, "pm_card_visa", 7_500, customer=invoice.customer)
    v1.invoices.attach_payment(invoice.id, {"payment_intent": part.id})
    paid = v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.amount_paid) == ("paid", 10_000)
    assert ties(account, invoice) == [("paid", 2_500, True), ("paid", 7_500, False)]


def test_what_is_paid_too_much_becomes_credit(account: Account) -> None:
    v1, invoice = account.v1, opened(account)
    much = pay(account, "pm_card_visa", 12_000, customer=invoice.customer)
    paid = v1.invoices.attach_payment(invoice.id, {"payment_intent": much.id})
    assert (paid.status, paid.amount_overpaid, paid.amount_paid) == ("paid", 2_000, 10_000)
    assert v1.customers.retrieve(str(invoice.customer)).balance == -2_000
    assert "invoice.overpaid" in account.event_types()


def test_only_a_fitting_payment_is_attached_once_to_an_open_invoice(account: Account) -> None:
    v1, invoice = account.v1, opened(account)
    strange = pay(account, "pm_card_visa", 10_000)
    own = pay(account, "pm_card_visa", 1_000, customer=invoice.customer)
    v1.invoices.attach_payment(invoice.id, {"payment_intent": own.id})
    for wrong in (strange, own):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.invoices.attach_payment(invoice.id, {"payment_intent": wrong.id})
        assert refused.value.param == "payment_intent"
    v1.invoices.void_invoice(invoice.id)
    with pytest.raises(stripe.InvalidRequestError):
        v1.invoices.attach_payment(invoice.id, {"payment_intent": pay(account, "pm_card_visa").id})


def test_paid_elsewhere_cancels_its_own_intent(account: Account) -> None:
    v1, invoice = account.v1, opened(account)
    paid = v1.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid, ties(account, invoice)) == ("paid", 10_000, [("canceled", None, True)])
    intent = v1.invoice_payments.list({"invoice": invoice.id}).data[0].payment.payment_intent
    assert v1.payment_intents.retrieve(str(intent)).status == "canceled"


def test_a_processing_payment_is_not_paid_twice_and_is_called_back_by_voiding(account: Account) -> None:
    v1, invoice = account.v1, opened(account, card="pm_usBankAccount_success")
    waiting = v1.invoices.pay(invoice.id)
    assert (waiting.status, waiting.amount_remaining) == ("open", 10_000)
    with pytest.raises(stripe.InvalidRequestError):
        v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
    v1.invoices.void_invoice(invoice.id)
    account.advance(9 * DAY)
    charge = v1.charges.list({"customer": invoice.customer}).data[0]
    assert (charge.status, v1.balance.retrieve().pending[0].amount) == ("failed", 0)
