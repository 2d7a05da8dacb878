"""The end of a customer."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.payments.mandating import revoke
from sandbox.lives.subscriptions import ending
from sandbox.state import usage_rows


def remove(ctx: Context, customer: Json) -> None:
    """Cancels the subscriptions at once and detaches the payment methods; what is left is a tombstone."""
    for subscription in ctx.store.find("subscription", customer=customer["id"]):
        if subscription["status"] not in ("canceled", "incomplete_expired"):
            ending.end(ctx, subscription)
    for invoice in ctx.store.find("invoice", customer=customer["id"]):
        for kind in ("invoice.finalize", "invoice.retry", "invoice.overdue", "invoice.exhausted"):
            ctx.unschedule(kind, invoice["id"])
    for method in ctx.store.find("payment_method", customer=customer["id"]):
        method["customer"] = None
        revoke(ctx, method)
        ctx.update(method, "payment_method.detached")
    for meter in ctx.store.find("billing.meter"):
        usage_rows.forget(ctx.store.db, meter["id"], customer["id"])
    ctx.emit("customer.deleted", customer)
    ctx.store.put({**customer, "deleted": True})
