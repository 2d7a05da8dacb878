"""The page of a payment link: what it sells, and a button that begins a Checkout session."""

from sandbox.jsons import Json
from sandbox.nouns.checkout import payment_links
from sandbox.pages.html import tag
from sandbox.pages.layout import simple
from sandbox.pages.replies import Page, Redirect, Reply
from sandbox.pages.visits import Visit
from sandbox.pages.words import money

_CLOSED = "This link is no longer active."


def view(visit: Visit) -> Reply:
    link = visit.ctx.load("payment_link", visit.path["link"], noun="payment link")
    business = visit.ctx.settings["business_name"]
    if not link["active"]:
        return simple("Not available", link["inactive_message"] or _CLOSED, status=410, business=business)
    if visit.posted:
        wanted = {"customer_email": "prefilled_email", "client_reference_id": "client_reference_id"}
        extra = {name: visit.field(field)[:200] for name, field in wanted.items() if visit.field(field)}
        return Redirect(f"/c/pay/{payment_links.begin(visit.ctx, link, extra)['id']}")
    return _page(visit, link)


def _page(visit: Visit, link: Json) -> Page:
    items = link["_"]["items"]
    names = ("prefilled_email", "client_reference_id")
    kept = [tag("input", type="hidden", name=name, value=visit.field(name)) for name in names if visit.field(name)]
    lines = [
        tag("li", tag("h3", item["description"]),
            tag("span", money(item["amount_total"], item["currency"]), class_="amount"))
        for item in items
    ]  # fmt: skip
    form = tag("form", kept, tag("button", "Continue to checkout", type="submit", class_="wide"), method="post")
    business = visit.ctx.settings["business_name"]
    body = tag("div", tag("h1", f"Buy from {business}"), tag("ul", lines, class_="plain"), form, class_="card")
    return Page(f"Buy from {business}", body, business=business, narrow=True)


def done(visit: Visit) -> Reply:
    """Where buyers go whose shop has no page for that."""
    link = visit.ctx.load("payment_link", visit.path["link"], noun="payment link")
    custom = (link["after_completion"]["hosted_confirmation"] or {}).get("custom_message")
    return simple("Thanks for your payment", custom, business=visit.ctx.settings["business_name"])
