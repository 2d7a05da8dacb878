"""From draft to open: the number, the customer's balance, the payment intent; and the ways out without payment."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices import arrears
from sandbox.lives.invoices.addressing import address
from sandbox.lives.invoices.totals import total_up
from sandbox.lives.payments import charging
from sandbox.lives.payments.balances import change_balance
from sandbox.money.periods import DAY
from sandbox.shapes.invoice import hosted
from sandbox.shapes.invoice_payment import invoice_payment
from sandbox.shapes.payment_intent import payment_intent
from sandbox.state.schema import subscription_of


def finalize(ctx: Context, invoice: Json) -> Json:
    """Opens a stored draft. An invoice with nothing due is left open for the caller to settle."""
    customer = ctx.load("customer", invoice["customer"])
    changed = address(ctx, invoice, customer)
    if arrears.refresh(ctx, invoice) or changed:
        total_up(ctx, invoice, customer)
    if invoice["number"] is None:
        sequence = customer["next_invoice_sequence"]
        customer["next_invoice_sequence"] = sequence + 1
        invoice["number"] = f"{customer['invoice_prefix']}-{sequence:04d}"
    customer["currency"] = customer["currency"] or invoice["currency"]
    page, pdf = hosted(invoice["id"])
    invoice.update(
        status="open",
        hosted_invoice_url=page,
        invoice_pdf=pdf,
        effective_at=invoice["effective_at"] or ctx.now,
        automatically_finalizes_at=None,
    )
    invoice["status_transitions"]["finalized_at"] = ctx.now
    ctx.unschedule("invoice.finalize", invoice["id"])
    _apply_balance(ctx, invoice, customer)
    if invoice["amount_due"] > 0:
        _prepare_payment(ctx, invoice)
    ctx.update(invoice, "invoice.finalized")
    if invoice["collection_method"] == "send_invoice" and invoice["amount_due"] > 0:
        _watch_due_date(ctx, invoice)
    return invoice


def _watch_due_date(ctx: Context, invoice: Json) -> None:
    """`invoice.will_be_due` comes as many days before as the settings say (0: never), `invoice.overdue` after it."""
    ctx.schedule("invoice.overdue", invoice["id"], invoice["due_date"])
    notice = invoice["due_date"] - ctx.settings["will_be_due_days"] * DAY
    if ctx.now < notice < invoice["due_date"]:
        ctx.schedule("invoice.will_be_due", invoice["id"], notice)


def _apply_balance(ctx: Context, invoice: Json, customer: Json) -> None:
    total, balance = invoice["total"], customer["balance"]
    due = max(0, total + balance)
    ending = total + balance - due
    invoice.update(starting_balance=balance, amount_due=due, amount_remaining=due, ending_balance=ending)
    if ending == balance:
        ctx.store.put(customer)
    else:
        change_balance(ctx, customer, ending - balance, "applied_to_invoice", invoice["id"])


def _prepare_payment(ctx: Context, invoice: Json) -> None:
    intent = payment_intent(ctx.new_id("pi_"), ctx.now, invoice["amount_due"], invoice["currency"], invoice["customer"])
    reason = "Subscription creation" if invoice["billing_reason"] == "subscription_create" else "Subscription update"
    intent["description"] = reason if subscription_of(invoice) else f"Payment for Invoice {invoice['number']}"
    intent["setup_future_usage"] = "off_session" if subscription_of(invoice) else None
    intent["_"]["invoice"] = invoice["id"]
    ctx.create(intent, "payment_intent.created")
    tie = ctx.create(invoice_payment(ctx.new_id("inpay_"), ctx.now, invoice, intent))
    invoice["_"].update(intent=intent["id"], payment=tie["id"])


def void(ctx: Context, invoice: Json) -> Json:
    return _close(ctx, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(ctx: Context, invoice: Json) -> Json:
    return _close(ctx, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible")


def _close(ctx: Context, invoice: Json, status: str, moment: str, event: str) -> Json:
    invoice.update(status=status, next_payment_attempt=None, auto_advance=False)
    invoice["status_transitions"][moment] = ctx.now
    for kind in ("invoice.retry", "invoice.overdue", "invoice.finalize", "invoice.exhausted"):
        ctx.unschedule(kind, invoice["id"])
    if status == "void":
        cancel_payment(ctx, invoice)
        _give_balance_back(ctx, invoice)
    return ctx.update(invoice, "invoice.updated", event)


def _give_balance_back(ctx: Context, invoice: Json) -> None:
    """What the finalized invoice took from, or put on, the customer's balance."""
    if invoice["ending_balance"] is None or invoice["ending_balance"] == invoice["starting_balance"]:
        return
    customer = ctx.load("customer", invoice["customer"])
    change = invoice["starting_balance"] - invoice["ending_balance"]
    change_balance(ctx, customer, change, "unapplied_from_invoice", invoice["id"])


def cancel_payment(ctx: Context, invoice: Json, reason: str = "void_invoice") -> None:
    """Cancels the invoice's open payment intent, and every tie of it that is open."""
    notes = invoice["_"]
    if not notes["intent"]:
        return
    intent = ctx.load("payment_intent", notes["intent"])
    if intent["status"] not in ("succeeded", "canceled"):
        charging.cancel(ctx, intent, reason)
    for tie in ctx.store.find("invoice_payment", parent=invoice["id"], status="open"):
        tie.update(status="canceled")
        tie["status_transitions"]["canceled_at"] = ctx.now
        ctx.update(tie)
