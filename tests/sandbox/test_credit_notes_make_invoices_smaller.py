"""Credit notes before and after payment: what is due, what is given back, and the limits."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account


def open_invoice(account: Account, *amounts: int, pay: bool = False, **fields: Any) -> stripe.Invoice:
    """Finalized, with a line of each amount, the first line first."""
    customer = fields.pop("customer", None) or account.customer().id
    draft = account.v1.invoices.create({"customer": customer, "currency": "usd", **fields})
    lines: Any = [{"amount": amount, "description": f"Line {amount}"} for amount in amounts]
    account.v1.invoices.add_lines(draft.id, {"lines": lines})
    opened = account.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})
    return account.v1.invoices.pay(opened.id) if pay else opened


def credit(account: Account, invoice: stripe.Invoice, **given: Any) -> stripe.CreditNote:
    return account.v1.credit_notes.create({"invoice": invoice.id, **given})


def of_line(invoice: stripe.Invoice, place: int = 0, **given: Any) -> dict[str, Any]:
    return {"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[place].id, **given}


def test_a_note_on_an_open_invoice_makes_less_due(account: Account) -> None:
    invoice = open_invoice(account, 1000)
    note = credit(account, invoice, lines=[of_line(invoice, amount=300)], reason="order_change", memo="Sorry")
    assert (note.status, note.type, note.total) == ("issued", "pre_payment", 300)
    assert note.number == f"{invoice.number}-CN-01"
    assert (note.pre_payment_amount, note.post_payment_amount) == (300, 0)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.total, after.amount_due, after.amount_remaining) == (1000, 700, 700)
    assert (after.pre_payment_credit_notes_amount, after.post_payment_credit_notes_amount) == (300, 0)
    paid = account.v1.invoices.pay(invoice.id)
    assert (paid.amount_paid, paid.amount_remaining) == (700, 0)
    assert account.v1.charges.list({"customer": str(invoice.customer)}).data[0].amount == 700
    assert "credit_note.created" in account.event_types()


def test_a_note_for_all_that_is_due_pays_the_invoice(account: Account) -> None:
    invoice = open_invoice(account, 1000)
    credit(account, invoice, amount=1000)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.status, after.amount_paid, after.amount_remaining, after.amount_due) == ("paid", 0, 0, 0)
    assert {"invoice.paid", "payment_intent.canceled"} <= set(account.event_types())
    with pytest.raises(stripe.InvalidRequestError, match="left to credit"):
        credit(account, invoice, amount=1)


@pytest.mark.parametrize("way", ["credit_amount", "refund_amount", "out_of_band_amount"])
def test_what_was_paid_is_given_back_in_one_of_three_ways(account: Account, way: str) -> None:
    invoice = open_invoice(account, 1000, pay=True)
    with pytest.raises(stripe.InvalidRequestError, match="must equal the post payment"):
        credit(account, invoice, amount=400)
    note = credit(account, invoice, amount=400, **{way: 400})
    assert (note.type, note.post_payment_amount, note.pre_payment_amount) == ("post_payment", 400, 0)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.amount_paid, after.amount_due, after.post_payment_credit_notes_amount) == (1000, 1000, 400)
    customer = account.v1.customers.retrieve(str(invoice.customer))
    assert customer.balance == (-400 if way == "credit_amount" else 0)
    assert (len(note.refunds), note.out_of_band_amount) == (way == "refund_amount", 400 if "band" in way else None)


def test_credit_on_the_balance_names_its_note_and_pays_the_next_invoice(account: Account) -> None:
    invoice = open_invoice(account, 1000, pay=True)
    wanted = {"amount": 400, "credit_amount": 400, "expand": ["customer_balance_transaction"]}
    note = credit(account, invoice, **wanted)
    entry = note.customer_balance_transaction
    assert (entry.type, entry.amount, entry.credit_note, entry.invoice) == ("credit_note", -400, note.id, invoice.id)
    following = open_invoice(account, 1000, customer=str(invoice.customer))
    assert (following.starting_balance, following.amount_due, following.ending_balance) == (-400, 600, 0)


def test_a_refund_is_made_or_linked_once(account: Account) -> None:
    invoice = open_invoice(account, 1000, pay=True)
    note = credit(account, invoice, amount=300, refund_amount=300, reason="duplicate", expand=["refunds.refund"])
    assert (note.refunds[0].amount_refunded, note.refunds[0].refund.reason) == (300, "duplicate")
    charge = account.v1.charges.list({"customer": str(invoice.customer)}).data[0]
    assert charge.amount_refunded == 300
    refund = account.v1.refunds.create({"charge": charge.id, "amount": 200})
    linked: Any = [{"refund": refund.id, "amount_refunded": 150}]
    assert credit(account, invoice, amount=150, refunds=linked).refunds[0].refund == refund.id
    with pytest.raises(stripe.InvalidRequestError, match="Only 50 of the refund"):
        credit(account, invoice, amount=200, refunds=[{"refund": refund.id}])
    with pytest.raises(stripe.InvalidRequestError):
        credit(account, invoice, amount=550, refund_amount=550)
    assert account.v1.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 450


def test_a_note_beyond_what_is_due_gives_back_the_rest(account: Account) -> None:
    """300 of 1000 came from the customer's balance: 700 are due, so a note for all gives 300 back."""
    customer = account.customer(balance=-300).id
    invoice = open_invoice(account, 1000, customer=customer)
    assert invoice.amount_due == 700
    note = credit(account, invoice, amount=1000, credit_amount=300)
    assert (note.type, note.pre_payment_amount, note.post_payment_amount) == ("mixed", 700, 300)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.status, after.amount_paid) == ("paid", 0)
    assert account.v1.customers.retrieve(customer).balance == -300


def test_discounts_and_taxes_go_with_the_credited_part_to_the_last_cent(account: Account) -> None:
    coupon = account.v1.coupons.create({"amount_off": 100, "currency": "usd"})
    rate = account.v1.tax_rates.create({"display_name": "VAT", "inclusive": False, "percentage": "7.7"}).id
    invoice = open_invoice(account, 1000, discounts=[{"coupon": coupon.id}], default_tax_rates=[rate])
    assert (invoice.total_taxes[0].amount, invoice.total) == (69, 969)
    notes = [credit(account, invoice, lines=[of_line(invoice, amount=part)]) for part in (333, 333, 334)]
    assert [(note.subtotal, note.discount_amount, note.total_taxes[0].amount) for note in notes] == [
        (333, 33, 23),
        (333, 33, 23),
        (334, 34, 23),
    ]
    assert [note.total for note in notes] == [323, 323, 323]
    assert [note.total_excluding_tax for note in notes] == [300, 300, 300]
    assert notes[0].lines.data[0].tax_rates[0].id == rate
    assert account.v1.invoices.retrieve(invoice.id).status == "paid"


def test_inclusive_tax_is_within_what_is_credited(account: Account) -> None:
    rate = account.v1.tax_rates.create({"display_name": "VAT", "inclusive": True, "percentage": 20}).id
    invoice = open_invoice(account, 1200, default_tax_rates=[rate])
    note = credit(account, invoice, lines=[of_line(invoice, amount=600)])
    assert (note.total, note.total_excluding_tax, note.subtotal_excluding_tax) == (600, 500, 500)
    (tax,) = note.total_taxes
    assert (tax.amount, tax.taxable_amount, tax.tax_behavior) == (100, 500, "inclusive")


def test_custom_lines_have_their_own_price_and_rates(account: Account) -> None:
    rate = account.v1.tax_rates.create({"display_name": "Tax", "inclusive": False, "percentage": 10}).id
    invoice = open_invoice(account, 5000)
    line = {"type": "custom_line_item", "description": "Delay", "unit_amount": 250, "quantity": 2, "tax_rates": [rate]}
    note = credit(account, invoice, lines=[line, of_line(invoice, quantity=1)][:1])
    assert (note.subtotal, note.total, note.lines.data[0].unit_amount) == (500, 550, 250)
    assert account.v1.invoices.retrieve(invoice.id).amount_remaining == 4450


def test_a_quantity_is_credited_at_the_lines_price(account: Account) -> None:
    subscription = account.subscribe(items=[{"price": account.price(333).id, "quantity": 3}])
    invoice = account.invoices(subscription)[0]
    note = credit(account, invoice, lines=[of_line(invoice, quantity=2)], out_of_band_amount=666)
    line = note.lines.data[0]
    assert (line.amount, line.quantity, line.unit_amount) == (666, 2, 333)
    with pytest.raises(stripe.InvalidRequestError, match="left to credit"):
        credit(account, invoice, lines=[of_line(invoice, quantity=2)], out_of_band_amount=666)


def test_a_preview_is_the_note_and_changes_nothing(account: Account) -> None:
    invoice = open_invoice(account, 700, 300)
    wanted: Any = {"invoice": invoice.id, "lines": [of_line(invoice, 1, amount=200)], "memo": "M"}
    before = account.control("digest")
    preview = account.v1.credit_notes.preview(wanted)
    lines = account.v1.credit_notes.preview_lines.list(wanted)
    assert account.control("digest") == before
    note = account.v1.credit_notes.create(wanted)
    same = ("total", "subtotal", "pre_payment_amount", "type", "memo", "number", "discount_amount")
    assert [preview[name] for name in same] == [note[name] for name in same]
    assert [line.amount for line in lines.data] == [line.amount for line in note.lines.data] == [200]
    assert account.v1.credit_notes.line_items.list(note.id).data[0].invoice_line_item == invoice.lines.data[1].id


def test_a_note_is_voided_while_its_invoice_is_open(account: Account) -> None:
    invoice = open_invoice(account, 1000)
    note = credit(account, invoice, lines=[of_line(invoice, amount=400)])
    voided = account.v1.credit_notes.void_credit_note(note.id)
    assert (voided.status, voided.voided_at) == ("void", account.now)
    after = account.v1.invoices.retrieve(invoice.id)
    assert (after.amount_due, after.pre_payment_credit_notes_amount) == (1000, 0)
    second = credit(account, invoice, lines=[of_line(invoice, amount=1000)])
    assert second.number.endswith("-CN-02")
    with pytest.raises(stripe.InvalidRequestError, match="can only void"):
        account.v1.credit_notes.void_credit_note(second.id)
    assert "credit_note.voided" in account.event_types()


def test_notes_are_listed_and_annotated(account: Account) -> None:
    invoice = open_invoice(account, 1000)
    notes = [credit(account, invoice, amount=amount) for amount in (10, 20)]
    listed = account.v1.credit_notes.list({"invoice": invoice.id}).data
    assert [note.id for note in listed] == [note.id for note in notes[::-1]]
    changed = account.v1.credit_notes.update(notes[0].id, {"memo": "Later", "metadata": {"a": "1"}})
    assert (changed.memo, changed.metadata["a"]) == ("Later", "1")
    assert account.v1.credit_notes.retrieve(notes[0].id, {"expand": ["invoice"]}).invoice.id == invoice.id
    event = account.v1.events.list({"type": "credit_note.updated"}).data[0]
    assert event.data.previous_attributes["memo"] is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"amount": 1001},
        {"amount": 0},
        {"lines": [{"type": "custom_line_item", "unit_amount": 5}]},
        {"lines": [{"type": "custom_line_item", "description": "x"}]},
        {"lines": [{"type": "invoice_line_item", "invoice_line_item": "il_none", "amount": 5}]},
        {"amount": 100, "credit_amount": 100},
        {"amount": 100, "lines": [{"type": "custom_line_item", "description": "x", "unit_amount": 99}]},
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(account: Account, given: Any) -> None:
    invoice = open_invoice(account, 1000)
    before = account.v1.invoices.retrieve(invoice.id)
    with pytest.raises(stripe.InvalidRequestError):
        credit(account, invoice, **given)
    assert account.v1.invoices.retrieve(invoice.id) == before
    assert account.v1.credit_notes.list().data == []


@pytest.mark.parametrize("end", ["draft", "void"])
def test_only_finalized_invoices_are_credited(account: Account, end: str) -> None:
    if end == "void":
        invoice = account.v1.invoices.void_invoice(open_invoice(account, 1000).id)
    else:
        invoice = account.v1.invoices.create({"customer": account.customer().id})
    with pytest.raises(stripe.InvalidRequestError, match=f"is {end}"):
        credit(account, invoice, amount=5)


def test_an_uncollectible_invoice_is_settled_by_a_note(account: Account) -> None:
    invoice = open_invoice(account, 1000)
    account.v1.invoices.mark_uncollectible(invoice.id)
    credit(account, invoice, amount=1000)
    assert account.v1.invoices.retrieve(invoice.id).status == "paid"


def test_a_failed_renewal_is_healed_by_a_note(account: Account) -> None:
    subscription = account.subscribe(account.price(1000), card="pm_card_sandbox_failsOnRenewal")
    account.advance(31 * 86_400 + 3600)
    assert account.subscription(subscription).status == "past_due"
    invoice = account.invoices(subscription)[-1]
    credit(account, invoice, amount=invoice.amount_remaining)
    assert account.subscription(subscription).status == "active"
    assert account.v1.customers.retrieve(str(subscription.customer)).delinquent is False
    assert account.v1.invoices.retrieve(invoice.id).next_payment_attempt is None


def test_voiding_an_invoice_gives_the_used_balance_back(account: Account) -> None:
    customer = account.customer(balance=-300).id
    invoice = open_invoice(account, 1000, customer=customer)
    assert account.v1.customers.retrieve(customer).balance == 0
    account.v1.invoices.void_invoice(invoice.id)
    assert account.v1.customers.retrieve(customer).balance == -300
    entries = account.v1.customers.balance_transactions.list(customer).data
    assert [entry.type for entry in entries[:2]] == ["unapplied_from_invoice", "applied_to_invoice"]
