"""The home of the customer portal: subscriptions, payment methods, billing details, invoices."""

from sandbox.jsons import Json
from sandbox.lives.payments.attaching import saved_methods
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import alert, section
from sandbox.pages.portal_entry import DONE, Portal, enter
from sandbox.pages.portal_invoices import invoices
from sandbox.pages.portal_methods import method_entry
from sandbox.pages.portal_subscriptions import subscriptions
from sandbox.pages.replies import Redirect, Reply
from sandbox.pages.visits import Visit


def view(visit: Visit) -> Reply:
    portal = enter(visit)
    flow = portal.session["flow"]
    if flow and not visit.field("home"):
        return Redirect(_start_of(portal, flow))
    return portal.page("Your billing", _body(portal), back=False)


def _start_of(portal: Portal, flow: Json) -> str:
    kind = flow["type"]
    if kind == "payment_method_update":
        return f"{portal.home}/methods"
    if kind == "customer_update":
        return f"{portal.home}/details"
    subscription = flow[kind]["subscription"]
    if kind == "subscription_update_confirm":
        item = flow[kind]["items"][0]
        quantity = f"&quantity={item['quantity']}" if item["quantity"] is not None else ""
        return f"{portal.home}/change/{subscription}?price={item['price']}{quantity}"
    return f"{portal.home}/{'cancel' if kind == 'subscription_cancel' else 'change'}/{subscription}"


def _body(portal: Portal) -> Markup:
    features = portal.settings["features"]
    headline = portal.settings["business_profile"]["headline"]
    parts = [
        tag("h1", "Your billing"),
        tag("p", headline or "Manage your subscriptions, payment methods and invoices.", class_="soft"),
        alert(DONE.get(portal.visit.field("done")), "good"),
        subscriptions(portal),
        _methods(portal) if features["payment_method_update"]["enabled"] else None,
        _details(portal),
        invoices(portal) if features["invoice_history"]["enabled"] else None,
        _leave(portal),
    ]
    return tag("div", parts)


def _leave(portal: Portal) -> Markup | None:
    url = portal.session["return_url"]
    return tag("p", tag("a", f"Return to {portal.visit.ctx.settings['business_name']}", href=url)) if url else None


def _methods(portal: Portal) -> Markup:
    saved = saved_methods(portal.visit.ctx, portal.customer["id"])
    known = tag("ul", [method_entry(portal, entry) for entry in saved], class_="plain") if saved else None
    none = None if saved else tag("p", "No payment method is saved.", class_="soft")
    add = tag("a", "Add payment method", href=f"{portal.home}/methods", class_="button quiet")
    return section("Payment methods", known, none, tag("p", add))


def _details(portal: Portal) -> Markup:
    customer, names = portal.customer, ("name", "email", "phone")
    facts = [(name.capitalize().replace("Email", "E-mail"), customer[name]) for name in names if customer[name]]
    if customer["address"]:
        facts.append(("Address", ", ".join(str(part) for part in customer["address"].values() if part)))
    known = tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in facts], class_="facts")
    link = None
    if portal.settings["features"]["customer_update"]["enabled"]:
        link = tag("p", tag("a", "Update details", href=f"{portal.home}/details", class_="button quiet"))
    none = tag("p", "Nothing is known yet.", class_="soft")
    return section("Billing details", known if facts else none, tag("div", link, class_="actions") if link else None)
