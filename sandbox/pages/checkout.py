"""The page of a Checkout session: what it costs, who pays, and with what."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.checkout import checkout_changing, checkout_paying, checkout_recovering
from sandbox.pages import checkout_form, checkout_summary
from sandbox.pages.authentication import unauthenticated
from sandbox.pages.html import tag
from sandbox.pages.layout import simple
from sandbox.pages.parts import alert
from sandbox.pages.replies import Page, Redirect, Reply
from sandbox.pages.test_cards import chosen_method
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import StripeError, invalid

_ENDS = {"complete": "You're all done here", "expired": "This page has expired"}


def view(visit: Visit) -> Reply:
    session = visit.ctx.load("checkout.session", visit.path["session"], noun="checkout session")
    if session["status"] == "complete":
        return Redirect(leaving(session)) if leaving(session) else _ended(visit, session)
    if session["status"] == "expired":
        return _ended(visit, session)
    return _acted(visit, session) if visit.posted else _page(visit, session)


def leaving(session: Json) -> str:
    """Where the buyer goes after success; "" for a session that stays in its frame."""
    url = session["success_url"] or session.get("return_url") or ""
    return str(url).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _ended(visit: Visit, session: Json) -> Page:
    business = visit.ctx.settings["business_name"]
    if session["status"] == "complete":
        return simple(_ENDS["complete"], "Your payment went through. You can close this page.", business=business)
    link = tag("a", "Go back", href=session["cancel_url"]) if session["cancel_url"] else None
    words = "You did nothing wrong: the time for this payment is over. Nothing was charged."
    return simple(_ENDS["expired"], words, link, status=410, business=business)


def _page(visit: Visit, session: Json) -> Page:
    failed = visit.error or _last_failure(visit.ctx, session)
    form = checkout_form.form(visit, session, checkout_paying.needs_method(session))
    right = tag("div", alert(failed), form, class_="card")
    body = tag("div", checkout_summary.summary(visit, session), right, class_="two")
    back = (session["cancel_url"], "Cancel") if session["cancel_url"] else None
    title = checkout_summary.heading(session)
    return Page(title, body, business=visit.ctx.settings["business_name"], back=back)


def _last_failure(ctx: Context, session: Json) -> str | None:
    """Why the last attempt failed, where the buyer comes back from authentication."""
    intent = ctx.store.get(session["_"]["intent"]) if session["_"]["intent"] else None
    return unauthenticated(intent) if intent else None


def _acted(visit: Visit, session: Json) -> Reply:
    action = visit.field("action", "pay")
    if action == "pay":
        return _paid(visit, session)
    if action == "quantity":
        checkout_changing.choose_quantity(visit.ctx, session, visit.field("line"), visit.field("quantity"))
    elif action == "code":
        checkout_changing.apply_code(visit.ctx, session, visit.field("code"))
    elif action == "remove-code":
        checkout_changing.remove_code(visit.ctx, session)
    else:
        raise invalid(f"There is no such action: {action}")
    return Redirect(f"/c/pay/{session['id']}")


def _paid(visit: Visit, session: Json) -> Reply:
    details = checkout_form.details(visit, session)
    chosen = chosen_method(visit) if checkout_paying.needs_method(session) else None
    waiting = checkout_paying.pay(visit.ctx, session, chosen, details)
    if waiting:
        return Redirect(f"/authenticate/{waiting['id']}")
    return Redirect(leaving(session) or f"/c/pay/{session['id']}")


def recover(visit: Visit) -> Reply:
    """The link of an expired session: a button that opens a copy of it."""
    session = visit.ctx.load("checkout.session", visit.path["session"], noun="checkout session")
    recovery = (session["after_expiration"] or {}).get("recovery") or {}
    if not recovery.get("url") or recovery["expires_at"] <= visit.ctx.now:
        raise StripeError(404, "invalid_request_error", "This link is not, or no longer, valid.")
    if visit.posted:
        return Redirect(f"/c/pay/{checkout_recovering.recovered(visit.ctx, session)['id']}")
    form = tag("form", tag("button", "Continue", type="submit", class_="wide"), method="post")
    return simple("Welcome back", "Your order is still here.", form, business=visit.ctx.settings["business_name"])
