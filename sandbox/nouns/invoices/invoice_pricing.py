"""The discounts and default tax rates of a draft as a whole."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.rating import tax_rates
from sandbox.lives.invoices.redeeming import Place, redeem
from sandbox.lives.invoices.totals import total_up


def set_draft_pricing(ctx: Context, made: Json, given: Json) -> None:
    """Sets `discounts` (an empty string removes all, those inherited too) and `default_tax_rates` where they are given,
    and makes the totals."""
    customer = ctx.load("customer", made["customer"])
    if given.get("default_tax_rates", []) != []:
        made["default_tax_rates"] = tax_rates(ctx, given["default_tax_rates"], "default_tax_rates")
    if given.get("discounts", []) != []:
        known = (*made["discounts"], *((customer["discount"]["id"],) if customer["discount"] else ()))
        place = Place(customer, made["currency"], made["subtotal"], known, {"invoice": made["id"]})
        made["discounts"] = redeem(ctx, given["discounts"] or [], place)
    total_up(ctx, made, customer)
