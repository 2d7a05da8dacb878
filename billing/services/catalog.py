"""Publish a catalog: products and prices at Stripe, plans and limits here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from audit.record import record
from billing.domain.catalog import Catalog, CatalogPlan, parse
from billing.models import Feature, Plan, PlanFeature, Price, StripeCommand
from billing.models.stripe_command import UNFINISHED
from billing.services import commands
from billing.services.resuming import resume

CATALOGS = Path(__file__).resolve().parent.parent / "catalogs"


def shipped_catalog(name: str = "four_tiers") -> Catalog:
    return parse((CATALOGS / f"{name}.toml").read_text(encoding="utf-8"))


def publish(catalog: Catalog, *, by: Actor) -> Iterator[str]:
    """Make what is missing of the catalog, at Stripe and here; yields a line for each thing that was made.

    Safe to run again: plans are found by code, prices by plan, interval and currency. Prices cannot be changed
    at Stripe; another amount for the same plan is for `catalog_apply`. Raises StripeRefused, OutcomeUnknown.
    """
    with acting(by):
        for position, plan in enumerate(catalog.plans):
            product = Plan.objects.filter(code=plan.code).first()
            if product is None:
                product = _make_product(plan, by)
                yield f"product {product.stripe_product_id} {plan.code}"
            for interval, currency in ((i, c) for i in plan.prices for c in catalog.currencies):
                if not product.prices.filter(interval=interval, currency=currency, active=True).exists():
                    price = _make_price(product, interval, currency, plan.prices[interval], by)
                    yield f"price {price.stripe_id} {plan.code} {interval} {currency}"
            _include(catalog, plan, product, position)


def _make_product(plan: CatalogPlan, by: Actor) -> Plan:
    parameters: dict[str, Any] = {"name": plan.name, "metadata": {"plan": plan.code}}
    if plan.description:
        parameters["description"] = plan.description
    done = _command("products.create", parameters, plan.code, by)
    return Plan.objects.get(stripe_product_id=done.result_id)


def _make_price(plan: Plan, interval: str, currency: str, amount: int, by: Actor) -> Price:
    parameters = {
        "product": plan.stripe_product_id,
        "currency": currency,
        "unit_amount": amount,
        "recurring": {"interval": interval},
        "lookup_key": f"{plan.code}_{interval}_{currency}",
        "nickname": f"{plan.name}, {interval}",
    }
    return Price.objects.get(stripe_id=_command("prices.create", parameters, plan.code, by).result_id)


def _command(operation: str, parameters: dict[str, Any], plan: str, by: Actor) -> StripeCommand:
    """Goes on with an earlier run's command that Stripe has not answered: a new key would make a second product."""
    same = StripeCommand.objects.filter(operation=operation, parameters__contains=parameters, organization=None)
    if unanswered := same.filter(status__in=UNFINISHED).order_by("id").first():
        return resume(unanswered, now=timezone.now())
    with transaction.atomic():
        record("catalog.published", target=("plan", plan), organization_id=None, after={"operation": operation})
        command = commands.prepare(operation=operation, parameters=parameters, organization_id=None, by=by)
    return commands.run(command)


@transaction.atomic
def _include(catalog: Catalog, plan: CatalogPlan, product: Plan, position: int) -> None:
    """Our own side: what the plan includes, its place, and that it is on offer."""
    Plan.objects.filter(pk=product.pk).update(public=True, position=position)
    for feature in catalog.features:
        Feature.objects.update_or_create(
            code=feature.code, defaults={"name": feature.name, "meter_code": feature.meter}
        )
    for code, limit in plan.limits.items():
        PlanFeature.objects.update_or_create(
            plan=product, feature=Feature.objects.get(code=code), defaults={"limit": limit}
        )
