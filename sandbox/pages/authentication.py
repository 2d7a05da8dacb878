"""3-D Secure: the page of the buyer's bank, with the two answers that it can give."""

from sandbox.jsons import Json
from sandbox.nouns.checkout import authenticating
from sandbox.pages.html import tag
from sandbox.pages.layout import simple
from sandbox.pages.parts import button
from sandbox.pages.replies import Page, Redirect, Reply
from sandbox.pages.visits import Visit
from sandbox.pages.words import money
from sandbox.protocol.errors import invalid


def view(visit: Visit) -> Reply:
    intent = authenticating.load(visit.ctx, visit.path["intent"])
    if intent["status"] != "requires_action":
        onward = authenticating.onward(visit.ctx, intent)
        return Redirect(onward) if onward else _nothing(visit)
    return _answered(visit, intent) if visit.posted else _page(visit, intent)


def _nothing(visit: Visit) -> Page:
    business = visit.ctx.settings["business_name"]
    return simple("Nothing to authenticate", "This payment does not wait for an answer.", business=business)


def _page(visit: Visit, intent: Json) -> Page:
    business = visit.ctx.settings["business_name"]
    amount = money(intent.get("amount"), intent.get("currency"))
    question = f"{business} asks for a payment of {amount}." if amount else f"{business} wants to save your card."
    form = tag(
        "form",
        button("Complete authentication", "complete", "wide"),
        tag("div", button("Fail authentication", "fail", "wide bad-button"), class_="actions"),
        method="post",
    )
    words = tag("p", "This page stands for your bank. Choose what your bank answers.", class_="soft")
    body = tag("div", tag("h1", "3-D Secure authentication"), tag("p", question), words, form, class_="card")
    return Page("3-D Secure authentication", body, business=business, narrow=True)


def _answered(visit: Visit, intent: Json) -> Reply:
    answer = visit.field("action")
    if answer not in ("complete", "fail"):
        raise invalid("Choose whether the authentication is completed or fails.", "action")
    changed = authenticating.answer(visit.ctx, intent, answer == "complete")
    onward = authenticating.onward(visit.ctx, changed)
    if onward:
        return Redirect(onward)
    title = "Authentication completed" if answer == "complete" else "Authentication failed"
    return simple(title, "You can close this page.", business=visit.ctx.settings["business_name"])


def unauthenticated(intent: Json) -> str | None:
    """What went wrong, where the last attempt failed at its bank's page; other failures were told at once."""
    error = intent.get("last_payment_error") or intent.get("last_setup_error") or {}
    return str(error["message"]) if str(error.get("code")).endswith("authentication_failure") else None
