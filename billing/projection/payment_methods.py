"""payment_method -> PaymentMethod."""

from billing.gateway.fields import customer_of, required_moment
from billing.models import PaymentMethod
from billing.projection.snapshot import Projectable
from billing.projection.upsert import upsert


def project(objects: list[Projectable]) -> None:
    """A method that was never attached belongs to nobody and has no row. An API answer about a detached one does
    not say whose it was: its row stays with who had it."""
    upsert(PaymentMethod, [method(one) for one in objects if one.organization_id is not None])
    nobodys = [one.stripe_id for one in objects if one.organization_id is None]
    if nobodys:
        PaymentMethod.objects.filter(stripe_id__in=nobodys).update(detached=True)


def method(one: Projectable) -> PaymentMethod:
    method = one.snapshot
    card = method.get("card") or {}
    return PaymentMethod(
        stripe_id=one.stripe_id,
        organization_id=one.owner,
        type=method["type"],
        card_brand=card.get("brand") or "",
        card_last_four=card.get("last4") or "",
        card_exp_month=card.get("exp_month"),
        card_exp_year=card.get("exp_year"),
        card_country=card.get("country") or "",
        detached=not customer_of(method),
        livemode=bool(method["livemode"]),
        created_at=required_moment(method["created"]),
    )
