"""Checkout sessions: opened by the API, completed on their page, expired by the API or the clock."""

from sandbox.context import Context
from sandbox.ids import secret_of
from sandbox.jsons import Json, public
from sandbox.lives import checkouts
from sandbox.nouns.checkout.checkout_building import build
from sandbox.nouns.checkout.checkout_lines import changed_lines
from sandbox.nouns.checkout.checkout_totals import recount
from sandbox.operations.lists import page, page_of
from sandbox.protocol.addresses import page as page_address
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import merge_metadata


def create(ctx: Context) -> Json:
    session = build(ctx, ctx.params)
    recount(ctx, session)
    if session["amount_total"] == 0 or session["mode"] == "setup":
        session["payment_status"] = "no_payment_required"
    if session["ui_mode"] == "hosted_page":
        session["url"] = page_address(f"/c/pay/{session['id']}")
    else:
        session["client_secret"] = secret_of(session["id"])
    ctx.create(session)
    ctx.schedule("checkout.expire", session["id"], session["expires_at"])
    return public(session)


def open_session(ctx: Context, verb: str) -> Json:
    session = ctx.load("checkout.session", ctx.path["id"])
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be {verb}. This Checkout Session has a status of'
            f" `{session['status']}`."
        )
    return session


def update(ctx: Context) -> Json:
    """Metadata at any time; lines while it is open and nobody has tried to pay."""
    session = ctx.load("checkout.session", ctx.path["id"])
    if "metadata" in ctx.params:
        session["metadata"] = merge_metadata(session["metadata"], ctx.params["metadata"])
    if "line_items" in ctx.params:
        session = {**open_session(ctx, "updated"), "metadata": session["metadata"]}
        if session["mode"] == "setup" or session["_"]["intent"]:
            raise invalid("The line items of this Checkout Session can no longer be updated.", "line_items")
        session["_"]["lines"] = changed_lines(ctx, session, ctx.params["line_items"])
        recount(ctx, session)
    return public(ctx.update(session))


def expire(ctx: Context) -> Json:
    return public(checkouts.expire(ctx, open_session(ctx, "expired")))


def _link(ctx: Context) -> tuple[str, str] | None:
    email = (ctx.param("customer_details") or {}).get("email")
    if email:
        return "session_email", email
    return ("session_link", ctx.params["payment_link"]) if ctx.param("payment_link") else None


def list_all(ctx: Context) -> Json:
    return page(
        ctx,
        "checkout.session",
        "/v1/checkout/sessions",
        link=_link(ctx),
        customer=ctx.param("customer"),
        parent=ctx.param("subscription"),
        tag=ctx.param("payment_intent"),
        status=ctx.param("status"),
    )


def line_items(ctx: Context) -> Json:
    session = ctx.load("checkout.session", ctx.path["id"])
    return page_of(ctx, f"/v1/checkout/sessions/{session['id']}/line_items", session["_"].get("items", []))


def discounted_items_of(ctx: Context, session: Json) -> Json:
    """`expand[]=line_items.data.discounts`: the line items, each with what was taken off."""
    cuts = ctx.load("checkout.session", session["id"])["_"].get("cuts", {})
    found = line_items_of(ctx, session)
    return {**found, "data": [{**item, "discounts": cuts.get(item["id"], [])} for item in found["data"]]}


def line_items_of(ctx: Context, session: Json) -> Json:
    """`expand[]=line_items`: the first ten, as in the list."""
    return line_items(ctx.with_params({}, id=session["id"]))
