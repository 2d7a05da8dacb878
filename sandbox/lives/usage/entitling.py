"""What customers are entitled to: the features of the products that their running subscriptions have.

A subscription takes up its products' features when it starts, renews, or gets other items or another status; a
feature that is attached or detached in between counts from the next period. Source: Stripe's page on entitlements.
"""

from sandbox.context import Context
from sandbox.jsons import Json, listing, public

ENTITLEMENT = "entitlements.active_entitlement"
_GRANTING = ("active", "trialing", "past_due")
IN_USE = "features"
"""The note that says that some product has features: without it nothing is looked up."""


def refresh(ctx: Context, subscription: Json) -> None:
    """Brings the entitlements of a changed subscription's customer up to date, with the event if they changed."""
    if not ctx.store.note(IN_USE, False):
        return
    items = subscription["items"]["data"]
    products = sorted({str(item["price"]["product"]) for item in items})
    turns = sorted({item["current_period_start"] for item in items})
    moment = [subscription["status"] in _GRANTING, products, turns]
    if subscription["_"].get("entitled_at") == moment:
        return
    subscription["_"]["entitled_at"] = moment
    subscription["_"]["features"] = _features_of(ctx, products) if moment[0] else []
    _grant(ctx, subscription)


def _features_of(ctx: Context, products: list[str]) -> list[str]:
    ties = [tie for product in products for tie in ctx.store.find("product_feature", parent=product)]
    return list(dict.fromkeys(str(tie["_"]["feature"]) for tie in ties))


def _grant(ctx: Context, subscription: Json) -> None:
    customer = subscription["customer"]
    others = [
        other
        for other in ctx.store.find("subscription", customer=customer)
        if other["id"] != subscription["id"] and other["status"] in _GRANTING
    ]
    wanted = {feature for each in (subscription, *others) for feature in each["_"].get("features", [])}
    known = {entry["feature"]: entry for entry in ctx.store.find(ENTITLEMENT, customer=customer)}
    for feature in sorted(known.keys() - wanted):
        ctx.store.drop(known[feature]["id"])
    for feature in sorted(wanted - known.keys()):
        ctx.create(_entitlement(ctx, customer, ctx.load("entitlements.feature", feature)))
    if wanted != known.keys():
        ctx.emit("entitlements.active_entitlement_summary.updated", summary(ctx, customer))


def _entitlement(ctx: Context, customer: str, feature: Json) -> Json:
    return {
        "id": ctx.new_id("ent_test_"),
        "object": ENTITLEMENT,
        "feature": feature["id"],
        "livemode": False,
        "lookup_key": feature["lookup_key"],
        "_": {"customer": customer},
    }


def summary(ctx: Context, customer: str) -> Json:
    """All entitlements of a customer, the first ten of them in full."""
    found = [public(entry) for entry in ctx.store.find(ENTITLEMENT, customer=customer)]
    url = f"/v1/customer/{customer}/entitlements"
    return {
        "object": "entitlements.active_entitlement_summary",
        "customer": customer,
        "entitlements": listing(url, found[:10], len(found) > 10),
        "livemode": False,
    }
