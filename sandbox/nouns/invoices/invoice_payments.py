"""Invoice payments: which payment intents pay an invoice."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.settling import crediting
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing, missing_parameter
from sandbox.protocol.params import PAGE, RANGE, Kind, choice, mapping, required, text

LIST: dict[str, Kind] = {
    **PAGE,
    "created": RANGE,
    "invoice": text,
    "payment": mapping(
        {"type": required(choice("payment_intent", "payment_record")), "payment_intent": text, "payment_record": text}
    ),
    "status": choice("open", "paid", "canceled"),
}
ATTACH: dict[str, Kind] = {"payment_intent": text, "payment_record": text}


def list_all(ctx: Context) -> Json:
    payment = ctx.param("payment") or {}
    intent = payment.get(payment["type"]) if payment else None
    invoice, status = ctx.param("invoice"), ctx.param("status")
    return page(ctx, "invoice_payment", "/v1/invoice_payments", parent=invoice, tag=intent, status=status)


def attach(ctx: Context) -> Json:
    """Adds a payment intent to the payments of an open invoice."""
    invoice = ctx.load("invoice", ctx.path["id"])
    if ctx.param("payment_record"):
        raise missing("payment_record", ctx.params["payment_record"], "payment_record")
    if not ctx.param("payment_intent"):
        raise missing_parameter("payment_intent")
    intent = ctx.load("payment_intent", ctx.params["payment_intent"], "payment_intent")
    _check(invoice, intent)
    return public(crediting.attach(ctx, invoice, intent))


def _check(invoice: Json, intent: Json) -> None:
    if invoice["status"] != "open":
        raise invalid(f"Payments can only be attached to open invoices; this one is {invoice['status']}.")
    if intent["_"]["invoice"]:
        raise invalid("This PaymentIntent is attached to an invoice already.", "payment_intent")
    if intent["status"] == "canceled":
        raise invalid("A canceled PaymentIntent cannot be attached.", "payment_intent")
    for name in ("customer", "currency"):
        if intent[name] != invoice[name]:
            raise invalid(f"The {name} of the PaymentIntent differs from that of the invoice.", "payment_intent")
