"""Credit notes: finalized invoices made smaller, before or after they were paid."""

from sandbox.context import Context
from sandbox.jsons import Json, listing, public
from sandbox.lives.settling import issuing
from sandbox.nouns.invoices.credit_note_building import build
from sandbox.nouns.payments import refunds
from sandbox.operations.lists import page, page_of
from sandbox.protocol.errors import invalid, missing
from sandbox.protocol.params import (
    PAGE,
    RANGE,
    TAX_RATES,
    Kind,
    amount,
    array,
    choice,
    clearable,
    decimal,
    integer,
    mapping,
    merge_metadata,
    metadata,
    required,
    text,
    timestamp,
)

_LINE: dict[str, Kind] = {
    "amount": integer(1),
    "description": text,
    "invoice_line_item": text,
    "metadata": metadata,
    "quantity": integer(1, 1_000_000),
    "tax_rates": TAX_RATES,
    "type": required(choice("custom_line_item", "invoice_line_item")),
    "unit_amount": amount,
    "unit_amount_decimal": decimal,
}
_REFUND: dict[str, Kind] = {"amount_refunded": integer(1), "refund": required(text), "type": choice("refund")}
CREATE: dict[str, Kind] = {
    "amount": integer(1),
    "credit_amount": amount,
    "effective_at": timestamp,
    "email_type": choice("credit_note", "none"),
    "invoice": required(text),
    "lines": array(mapping(_LINE)),
    "memo": clearable(text),
    "metadata": metadata,
    "out_of_band_amount": amount,
    "reason": choice("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
    "refund_amount": amount,
    "refunds": array(mapping(_REFUND)),
}
PREVIEW_LINES: dict[str, Kind] = {**CREATE, **PAGE}
UPDATE: dict[str, Kind] = {"memo": clearable(text), "metadata": metadata}
LIST: dict[str, Kind] = {**PAGE, "created": RANGE, "customer": text, "invoice": text}
SHOWN_LINES = 10
SPLIT = ("credit_amount", "refund_amount", "out_of_band_amount", "refunds")
"""How what was paid is given back."""


def create(ctx: Context) -> Json:
    """Stripe's rule: refunds, credit and what is given back elsewhere must sum up to what was already paid."""
    invoice, made = _built(ctx)
    _check_split(ctx, made)
    made["refunds"] = _refunds(ctx, invoice, made)
    return shown(issuing.issue(ctx, invoice, made, ctx.param("credit_amount", 0)))


def _built(ctx: Context) -> tuple[Json, Json]:
    invoice = ctx.load("invoice", ctx.params["invoice"], "invoice")
    return invoice, build(ctx, invoice, ctx.params)


def _check_split(ctx: Context, made: Json) -> None:
    names = SPLIT[:3]
    linked = [_linked_amount(ctx, entry, index) for index, entry in enumerate(ctx.param("refunds") or [])]
    given = sum(ctx.param(name, 0) for name in names) + sum(linked)
    if given != made["post_payment_amount"]:
        raise invalid(
            f"The sum of credit amount, refund amount and out of band amount ({given}) must equal the post payment"
            f" credit note amount ({made['post_payment_amount']}).",
            next((name for name in SPLIT if ctx.param(name)), None),
        )


def _linked_amount(ctx: Context, entry: Json, index: int) -> int:
    """How much of an existing refund counts for this note; at most what no other note has."""
    path = f"refunds[{index}]"
    refund = ctx.load("refund", entry["refund"], f"{path}[refund]")
    invoice = ctx.load("invoice", ctx.params["invoice"], "invoice")
    if refund["payment_intent"] not in _paying(ctx, invoice):
        raise invalid("The refund is not of the invoice's payment.", f"{path}[refund]")
    if refund["status"] in ("failed", "canceled"):
        raise invalid(f"The refund has {refund['status']}.", f"{path}[refund]")
    left = refund["amount"] - invoice["_"]["linked"].get(refund["id"], 0)
    wanted: int = entry.get("amount_refunded") or refund["amount"]
    if wanted > left:
        raise invalid(f"Only {left} of the refund can still be linked.", f"{path}[amount_refunded]")
    return wanted


def _paying(ctx: Context, invoice: Json) -> list[str]:
    """The payment intents that paid the invoice."""
    ties = ctx.store.find("invoice_payment", parent=invoice["id"], status="paid")
    return [tie["payment"]["payment_intent"] for tie in ties]


def _refunds(ctx: Context, invoice: Json, made: Json) -> list[Json]:
    """Existing refunds that are linked, and the one that is made now."""
    links = []
    for index, entry in enumerate(ctx.param("refunds") or []):
        links.append(_link(invoice, entry["refund"], _linked_amount(ctx, entry, index)))
    wanted = ctx.param("refund_amount", 0)
    if wanted:
        paying = _paying(ctx, invoice)
        if not paying:
            raise invalid("The invoice has no payment that could be refunded.", "refund_amount")
        reason = {"duplicate": "duplicate", "fraudulent": "fraudulent"}.get(made["reason"])
        given = {"payment_intent": paying[0], "amount": wanted, **({"reason": reason} if reason else {})}
        links.append(_link(invoice, refunds.create(ctx.with_params(given))["id"], wanted))
    return links


def _link(invoice: Json, refund_id: str, linked: int) -> Json:
    known = invoice["_"]["linked"]
    known[refund_id] = known.get(refund_id, 0) + linked
    return {"amount_refunded": linked, "payment_record_refund": None, "refund": refund_id, "type": "refund"}


def shown(stored: Json) -> Json:
    """As the API shows it: the first ten lines."""
    lines = stored["lines"]["data"]
    return {**public(stored), "lines": listing(stored["lines"]["url"], lines[:SHOWN_LINES], len(lines) > SHOWN_LINES)}


def preview(ctx: Context) -> Json:
    return shown(_rehearsed(ctx))


def _rehearsed(ctx: Context) -> Json:
    """The note as it would be; nothing is stored, and no refund is made. How it is split need not be said yet, since
    that takes its total."""
    with ctx.store.trial_run():
        _, made = _built(ctx)
    if any(name in ctx.params for name in SPLIT):
        _check_split(ctx, made)
    return made


def preview_lines(ctx: Context) -> Json:
    made = _rehearsed(ctx)
    return page_of(ctx, "/v1/credit_notes/preview/lines", made["lines"]["data"])


def retrieve(ctx: Context) -> Json:
    return shown(_load(ctx))


def _load(ctx: Context) -> Json:
    return ctx.load("credit_note", ctx.path["id"], noun="credit note")


def lines(ctx: Context) -> Json:
    found = _load(ctx)
    return page_of(ctx, found["lines"]["url"], found["lines"]["data"])


def list_all(ctx: Context) -> Json:
    for name in ("customer", "invoice"):
        if ctx.param(name) and ctx.store.get(ctx.params[name]) is None:
            raise missing(name, ctx.params[name], name)
    filters = {"customer": ctx.param("customer"), "parent": ctx.param("invoice")}
    found = page(ctx, "credit_note", "/v1/credit_notes", **filters)
    return {**found, "data": [shown(entry) for entry in found["data"]]}


def update(ctx: Context) -> Json:
    note = _load(ctx)
    if "memo" in ctx.params:
        note["memo"] = ctx.params["memo"]
    note["metadata"] = merge_metadata(note["metadata"], ctx.param("metadata", {}))
    return shown(ctx.update(note, "credit_note.updated"))


def void(ctx: Context) -> Json:
    """Only while the invoice is open, and nothing was given back."""
    note = _load(ctx)
    invoice = ctx.load("invoice", note["invoice"])
    if note["status"] == "void":
        raise invalid(f"Credit note {note['id']} is already void.")
    if invoice["status"] != "open" or note["post_payment_amount"] or invoice["_"].get("processing"):
        raise invalid("You can only void a pre-payment credit note of an invoice that is open.")
    return shown(issuing.void(ctx, invoice, note))
