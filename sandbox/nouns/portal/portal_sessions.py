"""Sessions of the customer portal: a short-lived address for one customer, or for one thing to be done there."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.nouns.portal import portal_configurations
from sandbox.protocol.addresses import page
from sandbox.protocol.errors import invalid, missing, missing_parameter
from sandbox.shapes.portal import portal_session

LIFE = 3600
"""Seconds of the clock for which the address works."""
_FEATURE = {
    "customer_update": "customer_update",
    "payment_method_update": "payment_method_update",
    "subscription_cancel": "subscription_cancel",
    "subscription_update": "subscription_update",
    "subscription_update_confirm": "subscription_update",
}
_ENDED = ("canceled", "incomplete_expired")


def create(ctx: Context) -> Json:
    given = ctx.params
    customer = ctx.load("customer", given["customer"], "customer")
    settings = _configuration(ctx, given.get("configuration"))
    made = portal_session(ctx.new_id("bps_"), ctx.now, customer["id"], settings["id"])
    made.update({name: given[name] for name in ("locale",) if name in given})
    made["return_url"] = given.get("return_url") or settings["default_return_url"]
    made["url"] = page(f"/p/session/{made['id']}")
    if "flow_data" in given:
        made["flow"] = _flow(ctx, made, settings, given["flow_data"])
    return public(ctx.create(made, "billing_portal.session.created"))


def _configuration(ctx: Context, given: str | None) -> Json:
    if not given:
        return portal_configurations.default(ctx)
    found = ctx.load(portal_configurations.KIND, given, "configuration", noun="configuration")
    if not found["active"]:
        raise invalid("The configuration is not active.", "configuration")
    return found


def _flow(ctx: Context, session: Json, settings: Json, given: Json) -> Json:
    """One thing to be done; its feature has to be on, and its subscription the customer's."""
    kind = given["type"]
    if not settings["features"][_FEATURE[kind]]["enabled"]:
        raise invalid(f"The feature `{_FEATURE[kind]}` of the portal configuration is disabled.", "flow_data[type]")
    after = given.get("after_completion") or {"type": "portal_homepage"}
    if after["type"] == "redirect" and "redirect" not in after:
        raise missing_parameter("flow_data[after_completion][redirect]")
    flow: Json = {
        "after_completion": {
            "hosted_confirmation": _confirmation(after),
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "customer_update": {} if kind == "customer_update" else None,
        **dict.fromkeys(("subscription_cancel", "subscription_update", "subscription_update_confirm")),
        "type": kind,
    }
    if kind.startswith("subscription"):
        flow[kind] = _of_subscription(ctx, session, kind, given.get(kind), settings)
    return flow


def _confirmation(after: Json) -> Json | None:
    if after["type"] != "hosted_confirmation":
        return None
    return {"custom_message": (after.get("hosted_confirmation") or {}).get("custom_message")}


def _of_subscription(ctx: Context, session: Json, kind: str, given: Json | None, settings: Json) -> Json:
    path = f"flow_data[{kind}]"
    if not given:
        raise missing_parameter(path)
    subscription = ctx.load("subscription", given["subscription"], f"{path}[subscription]")
    if subscription["customer"] != session["customer"]:
        raise missing("subscription", subscription["id"], f"{path}[subscription]")
    if subscription["status"] in _ENDED:
        raise invalid(f"The subscription {subscription['id']} has ended.", f"{path}[subscription]")
    if kind == "subscription_cancel":
        return {"retention": given.get("retention"), "subscription": subscription["id"]}
    if kind == "subscription_update":
        return {"subscription": subscription["id"]}
    return _confirmed_change(subscription, given, settings, path)


def _confirmed_change(subscription: Json, given: Json, settings: Json, path: str) -> Json:
    """The change that is only to be confirmed: of one item, to a price that the configuration offers."""
    known = {item["id"]: item for item in subscription["items"]["data"]}
    if len(given["items"]) != 1 or len(known) != 1:
        raise invalid("Subscriptions with exactly one item can be updated in this flow.", f"{path}[items]")
    entry = given["items"][0]
    if entry["id"] not in known:
        raise missing("subscription_item", entry["id"], f"{path}[items][0][id]")
    if entry.get("price") and entry["price"] not in offered(settings):
        message = "The price is not among the products that the portal configuration offers."
        raise invalid(message, f"{path}[items][0][price]")
    item = {name: entry.get(name) for name in ("id", "price", "quantity")}
    item["price"] = item["price"] or known[entry["id"]]["price"]["id"]
    return {"discounts": given.get("discounts"), "items": [item], "subscription": subscription["id"]}


def offered(settings: Json) -> list[str]:
    """Ids of the prices that customers may change to."""
    feature = settings["features"]["subscription_update"]
    return [price for entry in feature["products"] for price in entry["prices"]] if feature["enabled"] else []
