"""The change of plan that a customer asks for, checked against what the portal offers."""

from sandbox.jsons import Json
from sandbox.nouns.portal.portal_sessions import offered
from sandbox.pages.portal_entry import Portal
from sandbox.protocol.errors import invalid


def _discounts(portal: Portal, subscription: Json) -> list[Json]:
    """Those of the flow that led here, or the promotion code that was typed."""
    flow = (portal.session["flow"] or {}).get("subscription_update_confirm") or {}
    if flow.get("subscription") == subscription["id"] and flow.get("discounts"):
        return list(flow["discounts"])
    allowed = portal.settings["features"]["subscription_update"]["default_allowed_updates"]
    said = portal.visit.field("code")
    if not said or "promotion_code" not in allowed:
        return []
    found = portal.visit.ctx.store.find("promotion_code", tag=said.lower(), status="True")
    fitting = [code for code in found if code["customer"] in (None, portal.customer["id"])]
    if not fitting:
        raise invalid("This code is invalid.", "code")
    return [{"promotion_code": fitting[0]["id"]}]


def asked_for(portal: Portal, subscription: Json) -> Json:
    """The change of the one item, as the API takes it; raises where the portal does not offer it."""
    visit, item = portal.visit, subscription["items"]["data"][0]
    feature = portal.settings["features"]["subscription_update"]
    price = visit.field("price") or item["price"]["id"]
    if price not in (*offered(portal.settings), item["price"]["id"]):
        raise invalid("This plan is not offered.", "price")
    if price != item["price"]["id"] and "price" not in feature["default_allowed_updates"]:
        raise invalid("The plan cannot be changed here.", "price")
    change: Json = {"id": item["id"], "price": price}
    said = visit.field("quantity")
    if said and said != str(item["quantity"]):
        change["quantity"] = _allowed_quantity(portal, price, said)
    if change == {"id": item["id"], "price": item["price"]["id"]}:
        raise invalid("You already have this plan. Choose another one.", "price")
    given: Json = {"items": [change], "proration_behavior": feature["proration_behavior"]}
    discounts = _discounts(portal, subscription)
    if discounts:
        given["discounts"] = discounts
    if feature["billing_cycle_anchor"]:
        given["billing_cycle_anchor"] = feature["billing_cycle_anchor"]
    if subscription["status"] == "trialing" and feature["trial_update_behavior"] == "end_trial":
        given["trial_end"] = "now"
    return given


def _allowed_quantity(portal: Portal, price_id: str, said: str) -> int:
    feature = portal.settings["features"]["subscription_update"]
    limits: Json = next((each["adjustable_quantity"] for each in feature["products"] if price_id in each["prices"]), {})
    by_product = limits.get("enabled")
    low, high = (limits["minimum"], limits["maximum"] or 999_999) if by_product else (1, 999_999)
    if "quantity" not in feature["default_allowed_updates"]:
        raise invalid("The quantity cannot be changed here.", "quantity")
    if not said.isdecimal() or len(said) > 6 or not low <= int(said) <= high:
        raise invalid(f"Choose a quantity from {low} to {high}.", "quantity")
    return int(said)
