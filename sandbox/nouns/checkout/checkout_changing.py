"""What the buyer changes on the page of a Checkout session before paying."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives import checkouts
from sandbox.nouns.checkout.checkout_totals import recount
from sandbox.protocol.errors import invalid


def choose_quantity(ctx: Context, session: Json, line_id: str, said: str) -> None:
    """The buyer changes an adjustable quantity; what an attempt had made for the old one is given up."""
    line = next((line for line in session["_"]["lines"] if line["id"] == line_id), None)
    limits = line["adjustable"] if line else None
    if line is None or not limits or not limits["enabled"]:
        raise invalid("This quantity cannot be changed.", "quantity")
    low, high = limits["minimum"], limits["maximum"]
    if not said.isdecimal() or len(said) > 6 or not low <= int(said) <= high:
        raise invalid(f"Choose a quantity from {low} to {high}.", "quantity")
    line["quantity"] = int(said)
    start_over(ctx, session)


def apply_code(ctx: Context, session: Json, said: str) -> None:
    """The buyer types a promotion code; an order that it does not fit refuses it."""
    if not session["allow_promotion_codes"]:
        raise invalid("Promotion codes cannot be used here.", "code")
    found = ctx.store.find("promotion_code", tag=said.lower(), status="True") if said else []
    fitting = [code for code in found if code["customer"] in (None, session["customer"])]
    if not fitting:
        raise invalid("This code is invalid.", "code")
    session["discounts"] = [{"coupon": None, "promotion_code": fitting[0]["id"]}]
    start_over(ctx, session)


def remove_code(ctx: Context, session: Json) -> None:
    if session["allow_promotion_codes"] and session["discounts"]:
        session["discounts"] = []
        start_over(ctx, session)


def start_over(ctx: Context, session: Json) -> None:
    """The order changed: new amounts, and nothing left of an attempt for the old ones."""
    checkouts.give_up_attempt(ctx, session)
    recount(ctx, session)
    session["payment_status"] = "unpaid" if session["amount_total"] else "no_payment_required"
    ctx.store.put(session)
