"""Features, the products that have them, and the customers that are entitled to them."""

from sandbox.context import Context
from sandbox.jsons import Json, public
from sandbox.lives.usage.entitling import ENTITLEMENT, IN_USE
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid, missing
from sandbox.protocol.params import PAGE, Kind, boolean, merge_metadata, metadata, required, short, text

FEATURE, TIE = "entitlements.feature", "product_feature"
CREATE: dict[str, Kind] = {"lookup_key": required(short(80)), "name": required(short(80)), "metadata": metadata}
UPDATE: dict[str, Kind] = {"active": boolean, "name": short(80), "metadata": metadata}
LIST: dict[str, Kind] = {**PAGE, "archived": boolean, "lookup_key": text}
ATTACH: dict[str, Kind] = {"entitlement_feature": required(text)}
ENTITLEMENTS: dict[str, Kind] = {**PAGE, "customer": required(text)}


def create(ctx: Context) -> Json:
    """A lookup key belongs to one feature, unless that is archived."""
    for other in ctx.store.find(FEATURE, tag=ctx.params["lookup_key"]):
        if other["active"]:
            raise invalid(f"A feature (`{other['id']}`) already uses that lookup key.", "lookup_key")
    feature = {
        "id": ctx.new_id("feat_test_"),
        "object": FEATURE,
        "active": True,
        "livemode": False,
        "lookup_key": ctx.params["lookup_key"],
        "metadata": merge_metadata({}, ctx.param("metadata", {})),
        "name": ctx.params["name"],
    }
    return public(ctx.create(feature))


def update(ctx: Context) -> Json:
    """Products show their features as they are now."""
    feature = ctx.load(FEATURE, ctx.path["id"], noun="feature")
    given = {name: value for name, value in ctx.params.items() if name != "expand"}
    if "metadata" in given:
        given["metadata"] = merge_metadata(feature["metadata"], given["metadata"])
    feature.update(given)
    for tie in ctx.store.find(TIE, tag=feature["id"]):
        ctx.store.put({**tie, "entitlement_feature": feature})
    return public(ctx.update(feature))


def list_all(ctx: Context) -> Json:
    archived = ctx.param("archived")
    status = None if archived is None else not archived
    return page(ctx, FEATURE, "/v1/entitlements/features", tag=ctx.param("lookup_key"), status=status)


def attach(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])["id"]
    feature = ctx.load(FEATURE, ctx.params["entitlement_feature"], "entitlement_feature", noun="feature")
    if not feature["active"]:
        raise invalid(f"The feature {feature['id']} is archived.", "entitlement_feature")
    if any(tie["_"]["feature"] == feature["id"] for tie in ctx.store.find(TIE, parent=product)):
        raise invalid(f"The product {product} already has the feature {feature['id']}.", "entitlement_feature")
    ctx.store.set_note(IN_USE, True)
    tie = {
        "id": ctx.new_id("prodft_test_"),
        "object": TIE,
        "entitlement_feature": feature,
        "livemode": False,
        "_": {"product": product, "feature": feature["id"]},
    }
    return public(ctx.create(tie))


def _tie(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])["id"]
    tie = ctx.load(TIE, ctx.path["tie"])
    if tie["_"]["product"] != product:
        raise missing(TIE, tie["id"])
    return tie


def retrieve_tie(ctx: Context) -> Json:
    return public(_tie(ctx))


def detach(ctx: Context) -> Json:
    tie = _tie(ctx)
    ctx.store.drop(tie["id"])
    return {"id": tie["id"], "object": TIE, "deleted": True}


def of_product(ctx: Context) -> Json:
    product = ctx.load("product", ctx.path["id"])["id"]
    return page(ctx, TIE, f"/v1/products/{product}/features", parent=product)


def entitlements(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.params["customer"], "customer")["id"]
    return page(ctx, ENTITLEMENT, "/v1/entitlements/active_entitlements", customer=customer)
