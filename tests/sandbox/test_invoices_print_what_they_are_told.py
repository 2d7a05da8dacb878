"""Numbers, custom fields, footers, dates and addresses of invoices, and the notices before they are due."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account


def test_a_draft_prints_what_it_is_told(account: Account) -> None:
    tax_id = account.v1.tax_ids.create({"type": "ch_vat", "value": "CHE123456789MWST"}).id
    wanted: Any = {
        "customer": account.customer().id,
        "account_tax_ids": [tax_id],
        "custom_fields": [{"name": "Order", "value": "7"}],
        "effective_at": account.now - DAY,
        "footer": "Thanks",
        "number": "2024-0007",
        "rendering": {"amount_tax_display": "exclude_tax", "pdf": {"page_size": "a4"}},
        "shipping_details": {"name": "Ada", "address": {"country": "CH"}},
    }
    draft = account.v1.invoices.create(wanted)
    assert (draft.number, draft.footer, draft.account_tax_ids) == ("2024-0007", "Thanks", [tax_id])
    assert (draft.custom_fields[0].name, draft.rendering.pdf.page_size) == ("Order", "a4")
    assert (draft.shipping_details.name, draft.shipping_details.address.city) == ("Ada", None)
    opened = account.v1.invoices.finalize_invoice(draft.id)
    assert (opened.number, opened.effective_at) == ("2024-0007", account.now - DAY)
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        account.v1.invoices.create({"customer": str(draft.customer), "number": "2024-0007"})
    plain = account.v1.invoices.finalize_invoice(account.v1.invoices.create({"customer": str(draft.customer)}).id)
    assert plain.number.endswith("-0001")


def test_a_customers_settings_are_on_its_invoices(account: Account) -> None:
    settings: Any = {
        "footer": "Pay soon",
        "custom_fields": [{"name": "PO", "value": "12"}],
        "rendering_options": {"amount_tax_display": "include_inclusive_tax"},
    }
    customer = account.v1.customers.create(
        {"invoice_settings": settings, "tax_id_data": [{"type": "eu_vat", "value": "FR12345678901"}]}
    )
    draft = account.v1.invoices.create({"customer": customer.id})
    assert (draft.footer, draft.custom_fields[0].value) == ("Pay soon", "12")
    assert draft.rendering.amount_tax_display == "include_inclusive_tax"
    assert draft.customer_tax_ids[0].value == "FR12345678901"


def test_a_draft_follows_its_customer_until_it_is_finalized(account: Account) -> None:
    rate = account.v1.tax_rates.create({"display_name": "T", "inclusive": False, "percentage": 10}).id
    customer = account.customer(name="Before").id
    account.v1.invoice_items.create({"customer": customer, "amount": 1000, "currency": "usd"})
    draft = account.v1.invoices.create(
        {"customer": customer, "pending_invoice_items_behavior": "include", "default_tax_rates": [rate]}
    )
    assert draft.total == 1100
    account.v1.customers.update(customer, {"name": "After", "tax_exempt": "exempt"})
    followed = account.v1.invoices.retrieve(draft.id)
    assert (followed.customer_name, followed.customer_tax_exempt, followed.total) == ("After", "exempt", 1000)
    account.v1.invoices.finalize_invoice(draft.id, {"auto_advance": False})
    account.v1.customers.update(customer, {"name": "Later", "tax_exempt": "none"})
    kept = account.v1.invoices.retrieve(draft.id)
    assert (kept.customer_name, kept.total) == ("After", 1000)


def test_a_draft_is_finalized_at_its_moment(account: Account) -> None:
    customer = account.customer().id
    account.v1.invoice_items.create({"customer": customer, "amount": 500, "currency": "usd"})
    wanted: Any = {"customer": customer, "pending_invoice_items_behavior": "include"}
    draft = account.v1.invoices.create({**wanted, "automatically_finalizes_at": account.now + 2 * DAY})
    assert draft.automatically_finalizes_at == account.now + 2 * DAY
    account.advance(2 * DAY - 1)
    assert account.v1.invoices.retrieve(draft.id).status == "draft"
    account.advance(1)
    assert account.v1.invoices.retrieve(draft.id).status == "paid"


def test_a_sent_invoice_says_when_it_will_be_due_and_is_overdue(account: Account) -> None:
    account.control("settings", {"will_be_due_days": 3})
    sent = account.subscribe(collection_method="send_invoice", days_until_due=10)
    account.advance(3600)
    due = account.invoices(sent)[0].due_date
    account.advance_to(due)
    events = account.v1.events.list({"types": ["invoice.will_be_due", "invoice.overdue"]}).data
    assert [(event.type, event.created) for event in events] == [
        ("invoice.overdue", due),
        ("invoice.will_be_due", due - 3 * DAY),
    ]
    account.control("settings", {"will_be_due_days": 0})


@pytest.mark.parametrize(
    "given",
    [
        {"custom_fields": [{"name": "x", "value": "y"}] * 5},
        {"custom_fields": [{"name": "x" * 41, "value": "y"}]},
        {"account_tax_ids": ["txi_none"]},
        {"number": "x" * 27},
        {"automatically_finalizes_at": 1},
        {"rendering": {"pdf": {"page_size": "a3"}}},
    ],
)
def test_what_cannot_be_printed_is_refused(account: Account, given: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.invoices.create({"customer": account.customer(None).id, **given})
    assert account.v1.invoices.list().data == []
