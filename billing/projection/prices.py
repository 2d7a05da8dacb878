"""price -> Price."""

from billing.gateway.fields import reference, required_moment
from billing.models import Price
from billing.projection.snapshot import NAME_LENGTH, Projectable
from billing.projection.upsert import upsert


def project(objects: list[Projectable]) -> None:
    upsert(Price, [price(one) for one in objects])


def price(one: Projectable) -> Price:
    price = one.snapshot
    recurring = price.get("recurring") or {}
    return Price(
        stripe_id=one.stripe_id,
        plan_id=reference(price["product"]),
        active=bool(price["active"]) and not one.deleted,
        currency=price["currency"],
        unit_amount=price.get("unit_amount"),
        unit_amount_decimal=str(price.get("unit_amount_decimal") or ""),
        billing_scheme=price["billing_scheme"],
        tiers_mode=price.get("tiers_mode") or "",
        tiers=price.get("tiers") or [],
        transform_quantity=price.get("transform_quantity"),
        usage_type=recurring.get("usage_type") or "",
        meter=recurring.get("meter") or "",
        interval=recurring.get("interval") or "",
        interval_count=recurring.get("interval_count") or 1,
        tax_behavior=price.get("tax_behavior") or "",
        lookup_key=price.get("lookup_key") or "",
        nickname=(price.get("nickname") or "")[:NAME_LENGTH],
        metadata=price.get("metadata") or {},
        livemode=bool(price["livemode"]),
        stripe_created_at=required_moment(price["created"]),
    )
