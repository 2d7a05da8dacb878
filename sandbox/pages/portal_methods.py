"""Payment methods in the portal: add, make the default, remove."""

from sandbox.jsons import Json
from sandbox.nouns.customers import customers
from sandbox.nouns.payments import payment_methods, setup_intents
from sandbox.nouns.subscriptions import subscriptions
from sandbox.pages.html import Markup, tag
from sandbox.pages.method_words import expiry, named
from sandbox.pages.parts import alert, button
from sandbox.pages.portal_entry import Portal, enter
from sandbox.pages.replies import Redirect, Reply
from sandbox.pages.test_cards import chooser, chosen_method
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid

_LIVE = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete")


def method_entry(portal: Portal, method: Json) -> Markup:
    default = portal.customer["invoice_settings"]["default_payment_method"] == method["id"]
    name = tag("div", tag("h3", named(method)), tag("p", expiry(method), class_="soft small"), class_="grow")
    hidden = tag("input", type="hidden", name="method", value=method["id"])
    make = None if default else button("Make default", "default", "quiet", named(method))
    forms = tag("form", hidden, tag("div", make, button("Remove", "remove", "quiet", named(method)), class_="actions"),
                method="post", action=f"{portal.home}/methods")  # fmt: skip
    return tag("li", name, tag("span", "Default", class_="tag good") if default else None, forms)


def view(visit: Visit) -> Reply:
    portal = enter(visit)
    portal.feature("payment_method_update")
    if not visit.posted:
        return _page(portal)
    action = visit.field("action", "add")
    if action == "add":
        return _added(portal)
    method = visit.ctx.load("payment_method", visit.field("method"), "method", noun="payment method")
    if method["customer"] != portal.customer["id"]:
        raise invalid("This payment method is not yours.", "method")
    if action == "default":
        make_default(portal, method["id"])
        return portal.done("default", "payment_method_update")
    if action == "remove":
        return _removed(portal, method)
    raise invalid(f"There is no such action: {action}")


def _page(portal: Portal) -> Reply:
    box = tag("input", type="checkbox", id="default", name="default", value="yes", checked=True)
    form = tag(
        "form",
        chooser(portal.visit, [], "New payment method"),
        tag("label", box, tag("span", "Use it for my subscriptions from now on"), for_="default", class_="check"),
        tag("button", "Add payment method", type="submit", name="action", value="add", class_="wide"),
        method="post",
    )
    body = tag("div", tag("h1", "Add a payment method"), alert(portal.visit.error), form, class_="card")
    return portal.page("Add a payment method", body)


def _added(portal: Portal) -> Reply:
    """Saved through a setup intent, so that the bank can ask for authentication."""
    visit, wanted = portal.visit, portal.visit.field("default") == "yes"
    given = {"customer": portal.customer["id"], "payment_method": chosen_method(visit)}
    made = setup_intents.create(visit.ctx.with_params(given))
    intent = visit.ctx.load("setup_intent", made["id"])
    notes = {"page": f"{portal.home}?home=1", "default_for": portal.customer["id"] if wanted else None}
    intent["_"] = {**intent.get("_", {}), **notes}
    visit.ctx.store.put(intent)
    confirmed = setup_intents.confirm_with(visit.ctx, intent, None)
    if confirmed["status"] == "requires_action":
        return Redirect(f"/authenticate/{intent['id']}")
    if wanted:
        make_default(portal, str(confirmed["payment_method"]))
    return portal.done("method", "payment_method_update")


def make_default(portal: Portal, method_id: str) -> None:
    """Of the customer; subscriptions that have a default of their own follow."""
    ctx, customer = portal.visit.ctx, portal.customer["id"]
    customers.update(ctx.with_params({"invoice_settings": {"default_payment_method": method_id}}, id=customer))
    for subscription in ctx.store.find("subscription", customer=customer):
        if subscription["status"] in _LIVE and subscription["default_payment_method"] not in (None, method_id):
            subscriptions.update(ctx.with_params({"default_payment_method": method_id}, id=subscription["id"]))


def _removed(portal: Portal, method: Json) -> Reply:
    ctx, customer = portal.visit.ctx, portal.customer
    used = customer["invoice_settings"]["default_payment_method"] == method["id"]
    found = ctx.store.find("subscription", customer=customer["id"])
    live = [entry for entry in found if entry["status"] in _LIVE]
    if any(entry["default_payment_method"] == method["id"] for entry in live) or (used and live):
        raise invalid("A subscription is paid with this payment method. Make another one the default first.", "method")
    payment_methods.detach(ctx.with_params({}, id=method["id"]))
    return portal.done("removed", "none")
