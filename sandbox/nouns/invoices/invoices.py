"""Invoices."""

from sandbox.context import Context
from sandbox.ids import token
from sandbox.jsons import Json, listing, public
from sandbox.lives.invoices import collecting, finalizing
from sandbox.lives.invoices.invoicing import draft, pull_pending
from sandbox.lives.payments import charging
from sandbox.lives.payments.attaching import owned
from sandbox.lives.subscriptions.standing import follow
from sandbox.nouns.invoices.invoice_fields import DUE, FIELDS, set_printed
from sandbox.nouns.invoices.invoice_pricing import set_draft_pricing
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import (
    AUTOMATIC_TAX,
    DISCOUNTS,
    PAGE,
    RANGE,
    TAX_RATES,
    Kind,
    boolean,
    choice,
    clearable,
    merge_metadata,
    metadata,
    required,
    text,
    timestamp,
)

_COMMON: dict[str, Kind] = {
    **FIELDS,
    **DUE,
    "auto_advance": boolean,
    "automatic_tax": AUTOMATIC_TAX,
    "collection_method": choice("charge_automatically", "send_invoice"),
    "default_payment_method": clearable(text),
    "default_tax_rates": TAX_RATES,
    "discounts": DISCOUNTS,
    "metadata": metadata,
    "automatically_finalizes_at": timestamp,
}
CREATE: dict[str, Kind] = {
    **_COMMON,
    "customer": required(text),
    "currency": text,
    "subscription": text,
    "pending_invoice_items_behavior": choice("include", "exclude"),
}
UPDATE = _COMMON
FINALIZE: dict[str, Kind] = {"auto_advance": boolean}
PAY: dict[str, Kind] = {
    "payment_method": text,
    "paid_out_of_band": boolean,
    "off_session": boolean,
    "forgive": boolean,
}
LIST: dict[str, Kind] = {
    **PAGE,
    "collection_method": choice("charge_automatically", "send_invoice"),
    "created": RANGE,
    "customer": text,
    "due_date": RANGE,
    "status": choice("draft", "open", "paid", "uncollectible", "void"),
    "subscription": text,
}


def create(ctx: Context) -> Json:
    given = ctx.params
    customer = ctx.load("customer", given["customer"], "customer")
    owner = ctx.load("subscription", given["subscription"], "subscription") if given.get("subscription") else None
    made = draft(ctx, customer, reason="manual", lines=[], subscription=owner, currency=given.get("currency"))
    made["auto_advance"] = given.get("auto_advance", False)
    _set_fields(ctx, made, given)
    if given.get("pending_invoice_items_behavior", "exclude") == "include" or owner:
        pull_pending(ctx, made, customer, owner["id"] if owner else None, all_of_customer=not owner)
    set_draft_pricing(ctx, made, given)
    _plan_finalization(ctx, made, given.get("automatically_finalizes_at"))
    ctx.store.put(made)
    return shown(made)


def _set_fields(ctx: Context, made: Json, given: Json) -> None:
    set_printed(ctx, made, given)
    for name in ("auto_advance", "collection_method", "due_date"):
        if name in given:
            made[name] = given[name]
    if "metadata" in given:
        made["metadata"] = merge_metadata(made["metadata"], given["metadata"])
    if "days_until_due" in given:
        made["due_date"] = ctx.now + given["days_until_due"] * 86_400
    if "default_payment_method" in given:
        wanted = given["default_payment_method"]
        method = owned(ctx, wanted, made["customer"], "default_payment_method") if wanted else None
        made["default_payment_method"] = method["id"] if method else None
    if made["collection_method"] == "send_invoice" and made["due_date"] is None:
        raise missing_parameter("days_until_due")


def _plan_finalization(ctx: Context, made: Json, wanted: int | None) -> None:
    """At the wanted moment, else an hour from now where it advances by itself."""
    if wanted is not None and wanted <= ctx.now:
        raise invalid("`automatically_finalizes_at` must be in the future.", "automatically_finalizes_at")
    ctx.unschedule("invoice.finalize", made["id"])
    hour = ctx.now + ctx.settings["finalize_after"] if made["auto_advance"] else None
    made["automatically_finalizes_at"] = wanted or hour
    if made["automatically_finalizes_at"]:
        ctx.schedule("invoice.finalize", made["id"], made["automatically_finalizes_at"])


def shown(stored: Json) -> Json:
    """As the API shows it: the first ten lines."""
    result = public(stored)
    lines = stored["lines"]["data"]
    if len(lines) > 10:
        result["lines"] = listing(stored["lines"]["url"], lines[:10], has_more=True)
    return result


def update(ctx: Context) -> Json:
    invoice = ctx.load("invoice", ctx.path["id"])
    if invoice["status"] != "draft" and set(ctx.params) - {"metadata", "auto_advance", "expand", "description"}:
        raise invalid("Finalized invoices can't be updated in this way", code="invoice_not_editable")
    _set_fields(ctx, invoice, ctx.params)
    if invoice["status"] == "draft":
        set_draft_pricing(ctx, invoice, ctx.params)
        if {"auto_advance", "automatically_finalizes_at"} & ctx.params.keys():
            _plan_finalization(ctx, invoice, ctx.param("automatically_finalizes_at"))
    return shown(ctx.update(invoice, "invoice.updated"))


def retrieve(ctx: Context) -> Json:
    return shown(ctx.load("invoice", ctx.path["id"]))


def list_all(ctx: Context) -> Json:
    for name in ("customer", "subscription"):
        if ctx.param(name):
            ctx.load(name, ctx.params[name], name)
    found = page(
        ctx,
        "invoice",
        "/v1/invoices",
        customer=ctx.param("customer"),
        parent=ctx.param("subscription"),
        status=ctx.param("status"),
    )
    found["data"] = [shown(entry) for entry in found["data"]]
    return found


def finalize(ctx: Context) -> Json:
    invoice = _in_status(ctx, "draft", message="This invoice is already finalized, you can't re-finalize it.")
    finalizing.finalize(ctx, invoice)
    if invoice["amount_due"] == 0:
        collecting.settle(ctx, invoice)
        follow(ctx, invoice)
    elif ctx.param("auto_advance", invoice["auto_advance"]):
        invoice["auto_advance"] = True
        if invoice["collection_method"] == "charge_automatically":
            follow(ctx, collecting.collect(ctx, invoice))
    return shown(ctx.load("invoice", invoice["id"]))


def _in_status(ctx: Context, *statuses: str, message: str) -> Json:
    invoice = ctx.load("invoice", ctx.path["id"])
    if invoice["status"] not in statuses:
        raise invalid(message, code="invoice_not_editable")
    return invoice


def pay(ctx: Context) -> Json:
    """Charges now; a decline is a 402 whose attempt stays. A draft is finalized first."""
    invoice = ctx.load("invoice", ctx.path["id"])
    if invoice["status"] in ("paid", "void"):
        word = "already paid" if invoice["status"] == "paid" else "void"
        code = "invoice_already_paid" if invoice["status"] == "paid" else None
        raise invalid(f"Invoice is {word}", code=code)
    if invoice["status"] == "draft":
        finalizing.finalize(ctx, invoice)
    if invoice["_"].get("processing"):
        raise invalid("A payment of this invoice is processing already.", code="payment_intent_unexpected_state")
    if ctx.param("paid_out_of_band"):
        finalizing.cancel_payment(ctx, invoice, "automatic")
        collecting.settle(ctx, invoice, off_stripe=True)
    else:
        wanted = ctx.param("payment_method")
        method = owned(ctx, wanted, invoice["customer"], "payment_method") if wanted else None
        away = ctx.param("off_session", True)
        collecting.collect(ctx, invoice, method, invoice["auto_advance"], automatic=False, off_session=away)
    follow(ctx, invoice)
    if invoice["status"] != "paid" and not invoice["_"]["processing"]:
        raise _unpaid(ctx, invoice)
    return shown(ctx.load("invoice", invoice["id"]))


def _unpaid(ctx: Context, invoice: Json) -> Exception:
    intent = ctx.load("payment_intent", invoice["_"]["intent"])
    if intent["last_payment_error"]:
        return charging.decline_error(intent)
    if intent["status"] == "requires_action":
        error = invalid(
            "This invoice's payment requires customer action.",
            code="invoice_payment_intent_requires_action",
            status=402,
        )
    else:
        error = invalid(
            "There is no default_payment_method set on this Customer or Invoice. Please set a default or"
            " pass a `payment_method`.",
            code="missing",
        )
    error.keeps_effects = True
    return error


def void(ctx: Context) -> Json:
    invoice = _in_status(ctx, "open", "uncollectible", message="You can only void open or uncollectible invoices.")
    finalizing.void(ctx, invoice)
    follow(ctx, invoice)
    return shown(invoice)


def mark_uncollectible(ctx: Context) -> Json:
    invoice = _in_status(ctx, "open", message="You can only mark open invoices as uncollectible.")
    finalizing.mark_uncollectible(ctx, invoice)
    follow(ctx, invoice)
    return shown(invoice)


def send(ctx: Context) -> Json:
    invoice = _in_status(ctx, "draft", "open", message="You can only send draft or open invoices.")
    if invoice["status"] == "draft":
        finalizing.finalize(ctx, invoice)
    ctx.emit("invoice.sent", invoice)
    return shown(invoice)


def delete(ctx: Context) -> Json:
    invoice = _in_status(ctx, "draft", message="You can only delete draft invoices.")
    for item in ctx.store.find("invoiceitem", parent=invoice["id"]):
        item["invoice"] = None
        ctx.store.put(item)
    ctx.store.drop(invoice["id"])
    ctx.emit("invoice.deleted", invoice)
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


def payments_of(ctx: Context, invoice: Json) -> Json:
    ties = ctx.store.find("invoice_payment", parent=invoice["id"])
    return listing(f"/v1/invoice_payments?invoice={invoice['id']}", [public(tie) for tie in ties])


def confirmation_secret_of(ctx: Context, invoice: Json) -> Json | None:
    stored = ctx.store.get(invoice["id"])
    intent = stored["_"]["intent"] if stored else None
    if not intent:
        return None
    return {"client_secret": f"{intent}_secret_{token('client-secret', intent)}", "type": "payment_intent"}
