"""The catalog, and what an organization's plan includes."""

from decimal import Decimal

from django.db.models import Prefetch

from billing.models import Plan, PlanFeature, Price, Subscription


def public_catalog() -> list[Plan]:
    """Plans on offer with their active recurring prices, cheapest first."""
    prices = Price.objects.recurring().filter(active=True).order_by("currency", "interval", "unit_amount")
    features = PlanFeature.objects.select_related("feature").order_by("feature__code")
    return list(
        Plan.objects.offered().prefetch_related(Prefetch("prices", prices), Prefetch("plan_features", features))
    )


def limits_of(organization_id: int) -> dict[str, Decimal | None]:
    """Meter code -> included quantity per period, None for unlimited; of several plans the most generous."""
    served = Subscription.objects.served().filter(organization_id=organization_id)
    granted = PlanFeature.objects.filter(plan__prices__items__subscription__in=served.values("stripe_id"))
    limits: dict[str, Decimal | None] = {}
    for meter, limit in granted.exclude(feature__meter_code="").values_list("feature__meter_code", "limit"):
        limits[meter] = _more(limits[meter], limit) if meter in limits else limit
    return limits


def _more(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else max(one, other)
