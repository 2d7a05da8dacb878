"""Invoices, what is on them, and what pays them."""

from sandbox.nouns.invoices import (
    credit_notes,
    invoice_items,
    invoice_lines,
    invoice_payments,
    invoice_previews,
    invoices,
)
from sandbox.nouns.reading import retriever
from sandbox.operations.expand import Include
from sandbox.operations.router import Row
from sandbox.protocol.params import PAGE

ROWS: list[Row] = [
    ("GET", "/v1/invoices", invoices.list_all, invoices.LIST),
    ("POST", "/v1/invoices", invoices.create, invoices.CREATE),
    ("POST", "/v1/invoices/create_preview", invoice_previews.create, invoice_previews.CREATE),
    ("GET", "/v1/invoices/{id}", invoices.retrieve, {}),
    ("POST", "/v1/invoices/{id}", invoices.update, invoices.UPDATE),
    ("DELETE", "/v1/invoices/{id}", invoices.delete, {}),
    ("GET", "/v1/invoices/{id}/lines", invoice_lines.list_all, PAGE),
    ("POST", "/v1/invoices/{id}/lines/{line}", invoice_lines.update, invoice_lines.UPDATE),
    ("POST", "/v1/invoices/{id}/add_lines", invoice_lines.add, invoice_lines.ADD),
    ("POST", "/v1/invoices/{id}/update_lines", invoice_lines.change, invoice_lines.CHANGE),
    ("POST", "/v1/invoices/{id}/remove_lines", invoice_lines.remove, invoice_lines.REMOVE),
    ("POST", "/v1/invoices/{id}/finalize", invoices.finalize, invoices.FINALIZE),
    ("POST", "/v1/invoices/{id}/pay", invoices.pay, invoices.PAY),
    ("POST", "/v1/invoices/{id}/attach_payment", invoice_payments.attach, invoice_payments.ATTACH),
    ("POST", "/v1/invoices/{id}/void", invoices.void, {}),
    ("POST", "/v1/invoices/{id}/mark_uncollectible", invoices.mark_uncollectible, {}),
    ("POST", "/v1/invoices/{id}/send", invoices.send, {}),
    ("GET", "/v1/invoiceitems", invoice_items.list_all, invoice_items.LIST),
    ("POST", "/v1/invoiceitems", invoice_items.create, invoice_items.CREATE),
    ("GET", "/v1/invoiceitems/{id}", retriever("invoiceitem"), {}),
    ("POST", "/v1/invoiceitems/{id}", invoice_items.update, invoice_items.UPDATE),
    ("DELETE", "/v1/invoiceitems/{id}", invoice_items.delete, {}),
    ("GET", "/v1/invoice_payments", invoice_payments.list_all, invoice_payments.LIST),
    ("GET", "/v1/invoice_payments/{id}", retriever("invoice_payment"), {}),
    ("GET", "/v1/credit_notes", credit_notes.list_all, credit_notes.LIST),
    ("POST", "/v1/credit_notes", credit_notes.create, credit_notes.CREATE),
    ("GET", "/v1/credit_notes/preview", credit_notes.preview, credit_notes.CREATE),
    ("GET", "/v1/credit_notes/preview/lines", credit_notes.preview_lines, credit_notes.PREVIEW_LINES),
    ("GET", "/v1/credit_notes/{id}", credit_notes.retrieve, {}),
    ("POST", "/v1/credit_notes/{id}", credit_notes.update, credit_notes.UPDATE),
    ("GET", "/v1/credit_notes/{id}/lines", credit_notes.lines, PAGE),
    ("POST", "/v1/credit_notes/{id}/void", credit_notes.void, {}),
]  # fmt: skip
INCLUDES: dict[tuple[str, str], Include] = {
    ("invoice", "payments"): invoices.payments_of,
    ("invoice", "confirmation_secret"): invoices.confirmation_secret_of,
}
