"""One-off invoices: items, draft, open, and the four ends."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account


def open_invoice(account: Account, amount: int = 700, card: str | None = "pm_card_visa") -> stripe.Invoice:
    customer = account.customer(card)
    account.v1.invoice_items.create({"customer": customer.id, "amount": amount, "currency": "usd"})
    draft = account.v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    assert (draft.status, draft.total, draft.number) == ("draft", amount, None)
    return account.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})


def test_an_invoice_is_numbered_and_paid(account: Account) -> None:
    invoice = open_invoice(account)
    assert (invoice.status, invoice.number[-5:]) == ("open", "-0001")
    line = account.v1.invoices.line_items.list(invoice.id).data[0]
    assert (line.amount, line.parent.type, line.parent.invoice_item_details.proration) == (
        700,
        "invoice_item_details",
        False,
    )
    paid = account.v1.invoices.pay(invoice.id)
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 700, 0)
    payments = account.v1.invoice_payments.list({"invoice": invoice.id}).data
    assert [(entry.status, entry.amount_paid) for entry in payments] == [("paid", 700)]
    intent = payments[0].payment.payment_intent
    assert account.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data


def test_an_invoice_is_voided_with_its_payment(account: Account) -> None:
    invoice = open_invoice(account)
    assert account.v1.invoices.void_invoice(invoice.id).status == "void"
    assert {"invoice.voided", "payment_intent.canceled"} <= set(account.event_types())
    for change in (account.v1.invoices.pay, account.v1.invoices.void_invoice, account.v1.invoices.finalize_invoice):
        with pytest.raises(stripe.InvalidRequestError):
            change(invoice.id)


def test_an_uncollectible_invoice_can_still_be_paid(account: Account) -> None:
    invoice = open_invoice(account)
    assert account.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"
    assert account.v1.invoices.pay(invoice.id).status == "paid"


def test_paying_without_a_method_fails_and_leaves_it_open(account: Account) -> None:
    invoice = open_invoice(account, card=None)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.invoices.pay(invoice.id)
    assert account.v1.invoices.retrieve(invoice.id).status == "open"
    assert account.v1.invoices.pay(invoice.id, {"paid_out_of_band": True}).status == "paid"


def test_a_deleted_draft_gives_its_items_back(account: Account) -> None:
    customer = account.customer()
    account.v1.invoice_items.create({"customer": customer.id, "amount": 5, "currency": "usd"})
    draft = account.v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    account.v1.invoices.delete(draft.id)
    assert len(account.v1.invoice_items.list({"pending": True}).data) == 1
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.invoices.retrieve(draft.id)


def test_items_are_put_on_a_draft_and_it_advances_by_itself(account: Account) -> None:
    customer = account.customer()
    draft = account.v1.invoices.create({"customer": customer.id, "auto_advance": True, "currency": "usd"})
    for amount in (300, -100):
        account.v1.invoice_items.create(
            {"customer": customer.id, "amount": amount, "currency": "usd", "invoice": draft.id}
        )
    account.advance(3600)
    paid = account.v1.invoices.retrieve(draft.id)
    assert (paid.status, paid.amount_paid) == ("paid", 200)


def test_lines_beyond_ten_are_listed_on_their_own(account: Account) -> None:
    customer = account.customer()
    for amount in range(1, 13):
        account.v1.invoice_items.create({"customer": customer.id, "amount": amount, "currency": "usd"})
    draft = account.v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    assert (len(draft.lines.data), draft.lines.has_more, draft.total) == (10, True, 78)
    lines = account.v1.invoices.line_items.list(draft.id, {"limit": 5})
    assert len(list(lines.auto_paging_iter())) == 12


def test_events_are_listed_for_thirty_days(account: Account) -> None:
    account.customer(card=None)
    event = account.v1.events.list().data[0]
    account.advance(30 * DAY - 1)
    assert account.v1.events.retrieve(event.id).type == "customer.created"
    account.advance(1)
    assert account.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.events.retrieve(event.id)
