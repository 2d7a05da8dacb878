"""Payment links: an address that anyone may open, and that begins a Checkout session each time."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.nouns.checkout import checkout_sessions
from sandbox.nouns.checkout.checkout_building import build
from sandbox.nouns.checkout.checkout_totals import recount
from sandbox.nouns.checkout.payment_link_fields import set_fields
from sandbox.operations.lists import page, page_of
from sandbox.protocol.addresses import page as page_address
from sandbox.shapes.payment_link import payment_link

_OF_LINK = ("active", "after_completion", "expand", "inactive_message", "line_items", "metadata", "restrictions")


def create(ctx: Context) -> Json:
    """Everything that a session would refuse is refused here."""
    given, link_id = ctx.params, ctx.new_id("plink_")
    session = build(ctx, {**_for_sessions(given), **_fixed(ctx, link_id, given)})
    recount(ctx, session)
    made = payment_link(link_id, session["currency"])
    made.update(url=page_address(f"/b/{link_id}"), customer_creation=session["customer_creation"])
    notes = session["_"]
    made["_"] = {"given": {}, "mode": session["mode"], "lines": notes["lines"], "items": notes["items"]}
    _take(made, given, session)
    return public(ctx.create(made, "payment_link.created"))


def _for_sessions(given: Json) -> Json:
    return {name: value for name, value in given.items() if name not in _OF_LINK}


def _fixed(ctx: Context, link_id: str, given: Json) -> Json:
    recurring = [_is_recurring(ctx, entry) for entry in given["line_items"]]
    done = page_address(f"/b/{link_id}/done")
    mode = "subscription" if any(recurring) else "payment"
    return {"mode": mode, "line_items": given["line_items"], "success_url": done}


def _is_recurring(ctx: Context, entry: Json) -> bool:
    price = entry.get("price_data") or ctx.store.get(entry.get("price") or "") or {}
    return bool(price.get("recurring"))


def _take(made: Json, given: Json, session: Json) -> None:
    """The link as it is to be shown, and what its sessions will be given."""
    set_fields(made, given, session)
    made["_"]["given"] |= _for_sessions(given)


def update(ctx: Context) -> Json:
    link, given = ctx.load("payment_link", ctx.path["id"], noun="payment link"), ctx.params
    link["active"] = given.get("active", link["active"])
    session = build(ctx, _wanted(link, {**link["_"]["given"], **_for_sessions(given)}))
    _take(link, given, session)
    return public(ctx.update(link, "payment_link.updated"))


def _wanted(link: Json, given: Json) -> Json:
    """The parameters of a session of this link."""
    after = link["after_completion"]
    done = after["redirect"]["url"] if after["redirect"] else page_address(f"/b/{link['id']}/done")
    names = {"price": "price", "quantity": "quantity", "tax_rates": "tax_rates", "adjustable": "adjustable_quantity"}
    lines = [{names[key]: value for key, value in line.items() if key in names and value is not None}
             for line in link["_"]["lines"]]  # fmt: skip
    for line in lines:
        limits = line.get("adjustable_quantity") or {}
        if limits and not limits["enabled"]:
            line["adjustable_quantity"] = {"enabled": False}
    return {**given, "mode": link["_"]["mode"], "line_items": lines, "success_url": done, "metadata": link["metadata"]}


def begin(ctx: Context, link: Json, extra: Json) -> Json:
    """A new session of the link. `extra`: customer_email, client_reference_id."""
    made = checkout_sessions.create(ctx.with_params({**_wanted(link, link["_"]["given"]), **extra}))
    session = ctx.load("checkout.session", made["id"])
    session["payment_link"] = link["id"]
    ctx.store.put(session)
    return session


def list_all(ctx: Context) -> Json:
    return page(ctx, "payment_link", "/v1/payment_links", status=ctx.param("active"))


def line_items(ctx: Context) -> Json:
    link = ctx.load("payment_link", ctx.path["id"], noun="payment link")
    return page_of(ctx, f"/v1/payment_links/{link['id']}/line_items", link["_"]["items"])


def line_items_of(ctx: Context, link: Json) -> Json:
    return line_items(ctx.with_params({}, id=link["id"]))
