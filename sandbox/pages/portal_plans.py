"""Changing a plan in the portal: the choice, what it costs, and doing it."""

from sandbox.jsons import Json
from sandbox.nouns.portal import portal_changes
from sandbox.nouns.portal.portal_sessions import offered
from sandbox.nouns.subscriptions import subscriptions
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import alert, text_field
from sandbox.pages.portal_entry import Portal, enter
from sandbox.pages.portal_prices import figures_later, figures_now
from sandbox.pages.portal_wishes import asked_for
from sandbox.pages.replies import Redirect, Reply
from sandbox.pages.visits import Visit
from sandbox.pages.words import rate
from sandbox.protocol.errors import StripeError


def view(visit: Visit) -> Reply:
    portal = enter(visit)
    portal.feature("subscription_update")
    subscription = portal.subscription()
    if subscription["status"] not in ("active", "trialing", "past_due") or len(subscription["items"]["data"]) != 1:
        raise StripeError(404, "invalid_request_error", "This subscription cannot be changed here.")
    if visit.posted:
        return _changed(portal, subscription)
    if visit.field("price") and not visit.error:
        return _preview(portal, subscription)
    return _choice(portal, subscription, visit.error)


def _choice(portal: Portal, subscription: Json, error: str | None) -> Reply:
    item, ctx = subscription["items"]["data"][0], portal.visit.ctx
    prices = [ctx.load("price", price_id) for price_id in offered(portal.settings)]
    fitting = [price for price in prices if price["currency"] == subscription["currency"] and price["active"]]
    options = [_option(portal, price, item) for price in fitting]
    form = tag(
        "form",
        tag("fieldset", tag("legend", "Plan"), tag("div", options, class_="options")),
        _quantity(portal, item),
        _code(portal),
        tag("button", "Continue", type="submit", class_="wide"),
        method="get",
    )
    words = tag("p", "Nothing changes before you confirm.", class_="soft")
    body = tag("div", tag("h1", "Change your plan"), words, alert(error), form, class_="card")
    return portal.page("Change your plan", body)


def _option(portal: Portal, price: Json, item: Json) -> Markup:
    product = portal.visit.ctx.load("product", price["product"])
    current = price["id"] == item["price"]["id"]
    box = tag("input", type="radio", id=price["id"], name="price", value=price["id"], checked=current, required=True)
    mark = tag("span", "Current", class_="tag") if current else None
    words = tag("span", tag("strong", product["name"]), " ", mark, tag("br"), rate(price))
    return tag("label", box, words, for_=price["id"], class_="check")


def _quantity(portal: Portal, item: Json) -> Markup | None:
    allowed = portal.settings["features"]["subscription_update"]["default_allowed_updates"]
    if "quantity" not in allowed or item["quantity"] is None:
        return None
    return text_field("quantity", "Quantity", str(item["quantity"]), type="number", min=1, max=999_999, required=True)


def _code(portal: Portal) -> Markup | None:
    if "promotion_code" not in portal.settings["features"]["subscription_update"]["default_allowed_updates"]:
        return None
    return text_field("code", "Promotion code (optional)", portal.visit.field("code"), autocomplete="off")


def _preview(portal: Portal, subscription: Json) -> Reply:
    """What the change costs and when, and the button that does it."""
    ctx = portal.visit.ctx
    try:
        wanted = asked_for(portal, subscription)
    except StripeError as refused:
        return _choice(portal, subscription, refused.message)
    change, feature = wanted["items"][0], portal.settings["features"]["subscription_update"]
    later = portal_changes.waits(ctx, feature, subscription, change)
    coming = None if later else portal_changes.preview(ctx, subscription, wanted)
    figures = figures_now(coming) if coming else [figures_later(subscription)]
    names = ("price", "quantity", "code")
    fields = [tag("input", type="hidden", name=name, value=portal.visit.field(name)) for name in names]
    form = tag("form", fields, tag("button", "Confirm change", type="submit", class_="wide"), method="post")
    price = ctx.load("price", change["price"])
    product = ctx.load("product", price["product"])
    words = tag("p", f"{product['name']}, {rate(price)}", class_="soft")
    body = tag("div", tag("h1", "Confirm your new plan"), words, figures, form, class_="card")
    return portal.page("Confirm your new plan", body)


def _changed(portal: Portal, subscription: Json) -> Reply:
    ctx, wanted = portal.visit.ctx, asked_for(portal, subscription)
    feature = portal.settings["features"]["subscription_update"]
    if portal_changes.waits(ctx, feature, subscription, wanted["items"][0]):
        portal_changes.change_later(ctx, subscription, wanted["items"][0])
        return portal.done("planned", "subscription_update")
    portal_changes.change_now(ctx, subscription, wanted)
    return portal.done("plan", "subscription_update")


def renew(visit: Visit) -> Reply:
    """Takes back a cancellation at the period's end."""
    portal = enter(visit)
    portal.feature("subscription_cancel")
    subscription = portal.subscription()
    if visit.posted and subscription["cancel_at_period_end"]:
        given = {"cancel_at_period_end": False}
        subscriptions.update(visit.ctx.with_params(given, id=subscription["id"]))
        return portal.done("renewed", "none")
    return Redirect(f"{portal.home}?home=1")
