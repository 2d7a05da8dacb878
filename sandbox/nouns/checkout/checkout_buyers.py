"""Who pays on a Checkout session's page."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.nouns.customers import customers, tax_ids

_OF_CUSTOMER = ("address", "email", "name", "phone")


def remember_details(session: Json, details: Json) -> None:
    """What the buyer said last; what an existing customer is already known by stays where nothing new is said."""
    known = {name: (session["customer_details"] or {}).get(name) for name in _OF_CUSTOMER}
    said = {name: value for name, value in details.items() if value}
    session["_"]["details"] = {**known, **said}


def buyer_of(ctx: Context, session: Json) -> str | None:
    """The customer's id: the session's, or one made for it where its mode asks for one; else a guest (None)."""
    buyer = _existing_or_new(ctx, session)
    if buyer:
        _keep_tax_id(ctx, session, buyer)
    return buyer


def _keep_tax_id(ctx: Context, session: Json, buyer: str) -> None:
    """The tax id that the buyer named becomes the customer's, once."""
    for given in session["_"]["details"].get("tax_ids") or []:
        known = ctx.store.find("tax_id", customer=buyer)
        if all((entry["type"], entry["value"]) != (given["type"], given["value"]) for entry in known):
            tax_ids.create_of_customer(ctx.with_params(given, id=buyer))


def _existing_or_new(ctx: Context, session: Json) -> str | None:
    if session["customer"]:
        _update_existing(ctx, session)
        return str(session["customer"])
    notes = session["_"]
    details = {name: notes["details"].get(name) for name in _OF_CUSTOMER if notes["details"].get(name)}
    if notes["customer"]:
        customers.update(ctx.with_params(details, id=notes["customer"]))
    elif session["customer_creation"] == "always":
        notes["customer"] = customers.create(ctx.with_params(details))["id"]
    return str(notes["customer"]) if notes["customer"] else None


def _update_existing(ctx: Context, session: Json) -> None:
    """An existing customer keeps what it has: the e-mail is only filled in, the rest changes where it is allowed."""
    customer, details = ctx.load("customer", session["customer"]), session["_"]["details"]
    allowed = session["_"]["given"].get("customer_update") or {}
    changes = {name: details[name] for name in ("name", "address") if allowed.get(name) == "auto" and details.get(name)}
    if not customer["email"] and details.get("email"):
        changes["email"] = details["email"]
    if changes:
        customers.update(ctx.with_params(changes, id=customer["id"]))
