"""The shape of a product."""

from sandbox.jsons import Json


def new_product(product_id: str, now: int, given: Json) -> Json:
    nothing = "default_price description package_dimensions shippable statement_descriptor tax_code unit_label url"
    return {
        "id": product_id,
        "object": "product",
        "active": True,
        "created": now,
        **dict.fromkeys(nothing.split()),
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "type": "service",
        "updated": now,
        **given,
    }
