"""Billing details in the portal: those that the configuration lets customers change."""

import re
from typing import Any

from sandbox.jsons import Json
from sandbox.nouns.customers import customers
from sandbox.pages.address_fields import address, address_fields
from sandbox.pages.html import Markup, tag
from sandbox.pages.parts import alert, text_field
from sandbox.pages.portal_entry import Portal, enter
from sandbox.pages.replies import Reply
from sandbox.pages.visits import Visit
from sandbox.protocol.errors import invalid

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "name": ("Name", {"autocomplete": "name", "maxlength": 200}),
    "email": ("E-mail", {"type": "email", "autocomplete": "email", "required": True}),
    "phone": ("Phone", {"type": "tel", "autocomplete": "tel", "maxlength": 20}),
}


def view(visit: Visit) -> Reply:
    portal = enter(visit)
    allowed = portal.feature("customer_update")["allowed_updates"]
    return _changed(portal, allowed) if visit.posted else _page(portal, allowed)


def _page(portal: Portal, allowed: list[str]) -> Reply:
    visit, customer, parts = portal.visit, portal.customer, list[Markup]()
    for name, (label, attributes) in _FIELDS.items():
        if name in allowed:
            parts.append(text_field(name, label, visit.field(name) or customer[name], **attributes))
    if "address" in allowed:
        parts.append(address_fields(visit, customer["address"] or {}))
    form = tag("form", parts, tag("button", "Save", type="submit", class_="wide"), method="post")
    body = tag("div", tag("h1", "Billing details"), alert(visit.error), form, class_="card")
    return portal.page("Billing details", body)


def _changed(portal: Portal, allowed: list[str]) -> Reply:
    visit = portal.visit
    given: Json = {name: visit.field(name) or None for name in _FIELDS if name in allowed and name in visit.fields}
    if "email" in given and not _EMAIL.fullmatch(given["email"] or ""):
        raise invalid("Enter your e-mail address, such as name@example.com.", "email")
    if "address" in allowed and any(visit.field(f"address_{name}") for name in ("line1", "city", "country")):
        given["address"] = {name: value or None for name, value in address(visit).items()}
    customers.update(visit.ctx.with_params(given, id=portal.customer["id"]))
    return portal.done("details", "customer_update")
