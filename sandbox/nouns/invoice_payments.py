"""Invoice payments."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lists import page
from sandbox.params import PAGE, Kind, choice, mapping, required, text

LIST: dict[str, Kind] = {
    **PAGE,
    "invoice": text,
    "payment": mapping({"type": required(choice("payment_intent", "charge")), "payment_intent": text, "charge": text}),
    "status": choice("open", "paid", "canceled"),
}


def list_all(ctx: Context) -> Json:
    intent = (ctx.param("payment") or {}).get("payment_intent")
    invoice, status = ctx.param("invoice"), ctx.param("status")
    return page(ctx, "invoice_payment", "/v1/invoice_payments", parent=invoice, tag=intent, status=status)
