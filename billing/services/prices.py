"""Find what a plan costs."""

from billing.models import Plan, Price
from billing.services.errors import Cannot


class UnknownPlan(Cannot):
    """There is no such plan on sale, or not at this interval or in this currency."""

    code = "unknown_plan"
    status = 422


def price_of(plan_code: str, interval: str, currency: str) -> Price:
    """The newest active licensed price of the plan. Raises UnknownPlan: a price is never guessed."""
    if not Plan.objects.filter(code=plan_code, active=True).exists():
        raise UnknownPlan(f"There is no plan {plan_code!r} on sale.")
    prices = Price.objects.for_plan(plan_code, interval).select_related("plan")
    price = prices.filter(currency=currency).exclude(usage_type="metered").first()
    if price is None:
        raise UnknownPlan(f"The plan {plan_code!r} has no price per {interval} in {currency.upper()}.")
    return price
