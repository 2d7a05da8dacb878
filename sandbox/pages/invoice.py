"""The hosted page of an invoice: what is due, for what, and a way to pay it; and its PDF."""

from sandbox.jsons import Json
from sandbox.lives.payments.attaching import saved_methods
from sandbox.nouns.payments import payment_intents
from sandbox.pages.authentication import unauthenticated
from sandbox.pages.html import Markup, tag
from sandbox.pages.invoice_figures import due
from sandbox.pages.invoice_parts import facts, summary, table
from sandbox.pages.invoice_pdf import drawn
from sandbox.pages.parts import alert
from sandbox.pages.replies import File, Page, Redirect, Reply
from sandbox.pages.test_cards import chooser, chosen_method
from sandbox.pages.visits import Visit
from sandbox.pages.words import money
from sandbox.protocol.errors import StripeError, invalid


def _load(visit: Visit) -> Json:
    """A finalized invoice: a draft has no page."""
    invoice = visit.ctx.load("invoice", visit.path["invoice"])
    if invoice["status"] == "draft":
        raise StripeError(404, "invalid_request_error", "This invoice is not finalized yet.")
    return invoice


def pdf(visit: Visit) -> Reply:
    invoice = _load(visit)
    return File(drawn(invoice), "application/pdf", f"Invoice-{invoice['number']}.pdf")


def view(visit: Visit) -> Reply:
    invoice = _load(visit)
    if visit.posted:
        return _paid(visit, invoice)
    title = f"Invoice {invoice['number']}"
    right = tag("div", alert(visit.error or _failure(visit, invoice)), _pay_form(visit, invoice), class_="card")
    body = tag("div", summary(invoice), right if _payable(invoice) else facts(invoice), class_="two")
    details = tag("section", tag("h2", "Details"), table(invoice), class_="card")
    return Page(title, tag("div", body, details), business=invoice["account_name"] or "Sandbox")


def _payable(invoice: Json) -> bool:
    return invoice["status"] == "open" and due(invoice) > 0 and bool(invoice["_"]["intent"])


def _failure(visit: Visit, invoice: Json) -> str | None:
    """Why the last attempt failed, where the buyer comes back from authentication."""
    intent = visit.ctx.store.get(invoice["_"]["intent"]) if _payable(invoice) else None
    return unauthenticated(intent) if intent else None


def _pay_form(visit: Visit, invoice: Json) -> Markup:
    return tag(
        "form",
        chooser(visit, saved_methods(visit.ctx, invoice["customer"])),
        tag("button", f"Pay {money(due(invoice), invoice['currency'])}", type="submit", name="action", value="pay",
            class_="wide"),
        method="post",
    )  # fmt: skip


def _paid(visit: Visit, invoice: Json) -> Reply:
    if not _payable(invoice):
        raise invalid("This invoice cannot be paid here.")
    ctx = visit.ctx
    intent = ctx.load("payment_intent", invoice["_"]["intent"])
    intent["_"] = {**intent["_"], "page": f"/i/{invoice['id']}"}
    ctx.store.put(intent)
    payment_intents.confirm_with(ctx, intent, chosen_method(visit))
    after = ctx.load("payment_intent", intent["id"])
    if after["status"] == "requires_action":
        return Redirect(f"/authenticate/{intent['id']}")
    return Redirect(f"/i/{invoice['id']}")
