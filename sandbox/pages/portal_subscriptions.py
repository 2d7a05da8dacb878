"""The subscriptions on the home of the portal: plan, status, next charge, and what can be done."""

from sandbox.jsons import Json
from sandbox.nouns.invoices import invoice_previews
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import section
from sandbox.pages.portal_entry import Portal
from sandbox.pages.words import day, money, rate
from sandbox.protocol.errors import StripeError

ENDED = ("canceled", "incomplete_expired")


_STATUS = {
    "active": ("Active", "good"),
    "trialing": ("Trial", "good"),
    "past_due": ("Payment overdue", "bad"),
    "unpaid": ("Unpaid", "bad"),
    "incomplete": ("Payment incomplete", "bad"),
    "paused": ("Paused", "note"),
}


def subscriptions(portal: Portal) -> Markup:
    found = portal.visit.ctx.store.find("subscription", customer=portal.customer["id"])
    entries = [_subscription(portal, entry) for entry in found[::-1] if entry["status"] not in ENDED]
    if not entries:
        return section("Subscriptions", tag("p", "You have no subscription.", class_="soft"))
    return section("Subscriptions", tag("ul", entries, class_="plain"))


def _subscription(portal: Portal, subscription: Json) -> Markup:
    words, style = _STATUS[subscription["status"]]
    plans = [_plan(portal, item) for item in subscription["items"]["data"]]
    left = tag("div", plans, tag("p", _next(portal, subscription), class_="soft small"), class_="grow")
    return tag("li", left, tag("span", words, class_=f"tag {style}"), _choices(portal, subscription))


def _plan(portal: Portal, item: Json) -> Markup:
    product = portal.visit.ctx.store.get(item["price"]["product"])
    name = product["name"] if product else item["price"]["product"]
    quantity = f"{item['quantity']} × " if item["quantity"] not in (None, 1) else ""
    return tag("div", tag("h3", name), tag("p", f"{quantity}{rate(item['price'])}", class_="small"))


def _next(portal: Portal, subscription: Json) -> str:
    """The next charge, or the end."""
    if subscription["cancel_at"]:
        return f"Ends on {day(subscription['cancel_at'])}."
    if subscription["schedule"]:
        return f"Changes are planned. {_charge(portal, subscription)}"
    return _charge(portal, subscription)


def _charge(portal: Portal, subscription: Json) -> str:
    try:
        coming = invoice_previews.create(portal.visit.ctx.with_params({"subscription": subscription["id"]}))
    except StripeError:
        return "No further charge is planned."
    at = min(item["current_period_end"] for item in subscription["items"]["data"])
    return f"Next charge: {money(coming['amount_due'], coming['currency'])} on {day(at)}."


def _choices(portal: Portal, subscription: Json) -> Markup | None:
    features, links = portal.settings["features"], []
    changeable = features["subscription_update"]["enabled"] and len(subscription["items"]["data"]) == 1
    if changeable and subscription["status"] in ("active", "trialing", "past_due"):
        links.append(tag("a", "Change plan", href=f"{portal.home}/change/{subscription['id']}", class_="button quiet"))
    if features["subscription_cancel"]["enabled"]:
        if subscription["cancel_at_period_end"]:
            form = tag("button", "Don't cancel", type="submit", class_="quiet")
            links.append(tag("form", form, method="post", action=f"{portal.home}/renew/{subscription['id']}"))
        elif not subscription["cancel_at"]:
            link = f"{portal.home}/cancel/{subscription['id']}"
            links.append(tag("a", "Cancel subscription", href=link, class_="button quiet"))
    return tag("div", links, class_="actions") if links else None
