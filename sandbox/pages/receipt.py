"""The receipt of a charge."""

from sandbox.pages.html import tag
from sandbox.pages.method_words import named
from sandbox.pages.replies import Page, Reply
from sandbox.pages.visits import Visit
from sandbox.pages.words import day, money
from sandbox.protocol.errors import StripeError


def view(visit: Visit) -> Reply:
    charge = visit.ctx.load("charge", visit.path["charge"])
    if charge["status"] != "succeeded":
        raise StripeError(404, "invalid_request_error", "This charge did not succeed: there is no receipt.")
    details = charge["payment_method_details"]
    method = {"type": details["type"], details["type"]: details[details["type"]]}
    facts = [
        ("Date paid", day(charge["created"])),
        ("Payment method", named(method)),
        ("Receipt number", charge["receipt_number"] or charge["id"]),
        ("For", charge["description"]),
        ("Refunded", money(charge["amount_refunded"], charge["currency"]) if charge["amount_refunded"] else None),
    ]
    business = visit.ctx.settings["business_name"]
    entries = [(tag("dt", name), tag("dd", value)) for name, value in facts if value]
    body = tag(
        "div",
        tag("h1", f"Receipt from {business}"),
        tag("p", money(charge["amount"], charge["currency"]), class_="price"),
        tag("dl", entries, class_="facts"),
        class_="card",
    )
    return Page("Receipt", body, business=business, narrow=True)
