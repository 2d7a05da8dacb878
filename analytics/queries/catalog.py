"""The catalog's names of products."""

from billing.models import Plan


def plan_codes() -> dict[str, str]:
    """Plan code by Stripe product id."""
    products = Plan.objects.exclude(stripe_product_id=None).values_list("stripe_product_id", "code")
    return {str(product): code for product, code in products}


def plan_names() -> dict[str, str]:
    """Plan name by plan code."""
    return dict(Plan.objects.values_list("code", "name"))


def products_of(plan: str) -> list[str]:
    """The product ids behind a plan code, or behind a product id that no plan names."""
    products = Plan.objects.filter(code=plan).exclude(stripe_product_id=None)
    return [str(product) for product in products.values_list("stripe_product_id", flat=True)] or [plan]
