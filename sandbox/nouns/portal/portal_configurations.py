"""Configurations of the customer portal: what customers may do there by themselves."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import merge_metadata
from sandbox.shapes.portal import configuration

KIND = "billing_portal.configuration"
MAX_PRODUCTS = 10
_SELF_SERVICE: Json = {
    "customer_update": {"enabled": True, "allowed_updates": ["email", "name", "address", "phone"]},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
}
"""What the default configuration allows, as Stripe's Dashboard proposes it; changing plans needs products."""


def create(ctx: Context) -> Json:
    made = configuration(ctx.new_id("bpc_"), ctx.now)
    _set(ctx, made, ctx.params)
    return public(ctx.create(made, "billing_portal.configuration.created"))


def default(ctx: Context) -> Json:
    """The default configuration, made when it is first needed, as if its settings had been saved in the Dashboard."""
    found = ctx.store.find(KIND, tag="True")
    if found:
        return found[0]
    made = configuration(ctx.new_id("bpc_"), ctx.now)
    made["is_default"] = True
    _set(ctx, made, {"features": _SELF_SERVICE})
    return ctx.create(made, "billing_portal.configuration.created")


def update(ctx: Context) -> Json:
    stored = ctx.load(KIND, ctx.path["id"], noun="configuration")
    if ctx.param("active") is False and stored["is_default"]:
        raise invalid("You cannot deactivate the default configuration.", "active")
    _set(ctx, stored, ctx.params)
    stored["active"], stored["updated"] = ctx.param("active", stored["active"]), ctx.now
    return public(ctx.update(stored, "billing_portal.configuration.updated"))


def _set(ctx: Context, stored: Json, given: Json) -> None:
    stored["business_profile"].update(given.get("business_profile") or {})
    stored.update({name: given[name] for name in ("default_return_url", "name") if name in given})
    if "metadata" in given:
        stored["metadata"] = merge_metadata(stored["metadata"], given["metadata"])
    for name, wanted in (given.get("features") or {}).items():
        _merge(stored["features"][name], wanted)
    _check_update(ctx, stored["features"]["subscription_update"])
    updates = stored["features"]["customer_update"]
    if updates["enabled"] and not updates["allowed_updates"]:
        raise missing_parameter("features[customer_update][allowed_updates]")


def _merge(feature: Json, wanted: Json) -> None:
    for name, value in wanted.items():
        if name == "products":
            feature["products"] = [_product(entry) for entry in value]
        elif isinstance(value, dict):
            feature[name].update(value)
        else:
            feature[name] = value


def _product(entry: Json) -> Json:
    given = entry.get("adjustable_quantity") or {"enabled": False}
    quantity = {"enabled": given["enabled"], "maximum": given.get("maximum"), "minimum": given.get("minimum", 1)}
    return {"adjustable_quantity": quantity, "prices": entry["prices"], "product": entry["product"]}


def _check_update(ctx: Context, feature: Json) -> None:
    """Plans that can be changed to: recurring prices of products that exist, at most ten products."""
    path = "features[subscription_update]"
    if feature["enabled"] and not feature["products"]:
        raise missing_parameter(f"{path}[products]")
    if feature["enabled"] and not feature["default_allowed_updates"]:
        raise missing_parameter(f"{path}[default_allowed_updates]")
    if len(feature["products"]) > MAX_PRODUCTS:
        raise invalid(f"You may specify at most {MAX_PRODUCTS} products.", f"{path}[products]")
    for index, entry in enumerate(feature["products"]):
        ctx.load("product", entry["product"], f"{path}[products][{index}][product]")
        for number, price_id in enumerate(entry["prices"]):
            _check_price(ctx, entry["product"], price_id, f"{path}[products][{index}][prices][{number}]")


def _check_price(ctx: Context, product_id: str, price_id: str, path: str) -> None:
    price = ctx.load("price", price_id, path)
    if price["product"] != product_id or price["type"] != "recurring":
        raise invalid(f"The price {price_id} must be a recurring price of the product {product_id}.", path)


def list_all(ctx: Context) -> Json:
    wanted = {"status": ctx.param("active"), "tag": ctx.param("is_default")}
    return page(ctx, KIND, "/v1/billing_portal/configurations", **wanted)
