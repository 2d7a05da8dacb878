"""Taxes of one amount by rates, each rounded to whole minor units, halves away from zero.

Stripe rounds by line: 15 % of 0.43 and of 4.84 are 0.06 and 0.73, together 0.79. Inclusive rates are contained in the
amount together; exclusive rates come on top of what is left without the inclusive taxes.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.jsons import Json


@dataclass(frozen=True)
class Tax:
    """`taxable` and `amount` in minor units; negative for a negative line."""

    rate: str
    inclusive: bool
    taxable: int
    amount: int


def taxes_of(amount: int, rates: list[Json]) -> list[Tax]:
    """The taxes on (or in) an amount, in the order of the rates."""
    if not rates:
        return []
    shares = {rate["id"]: Decimal(str(rate["percentage"])) / 100 for rate in rates}
    inside = sum((shares[rate["id"]] for rate in rates if rate["inclusive"]), Decimal(0))
    net = Decimal(amount) / (1 + inside)
    contained = {rate["id"]: _whole(net * shares[rate["id"]]) for rate in rates if rate["inclusive"]}
    taxable = amount - sum(contained.values())
    return [
        Tax(rate["id"], rate["inclusive"], taxable, contained.get(rate["id"], _whole(taxable * shares[rate["id"]])))
        for rate in rates
    ]


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def shown(tax: Tax, exempt: str) -> Json:
    """As an invoice line shows it. An exempt customer (`exempt` or `reverse`) owes nothing, with the reason."""
    reasons = {"exempt": "customer_exempt", "reverse": "reverse_charge"}
    free = exempt in reasons
    return {
        "amount": 0 if free else tax.amount,
        "tax_behavior": "inclusive" if tax.inclusive else "exclusive",
        "tax_rate_details": {"tax_rate": tax.rate},
        "taxability_reason": reasons.get(exempt, "not_available"),
        "taxable_amount": 0 if free else tax.taxable,
        "type": "tax_rate_details",
    }


def summed(lines_taxes: list[list[Json]]) -> list[Json]:
    """Of all lines, by rate, in the order in which rates are met."""
    by_rate: dict[str, Json] = {}
    for entry in (tax for taxes in lines_taxes for tax in taxes):
        known = by_rate.setdefault(entry["tax_rate_details"]["tax_rate"], {**entry, "amount": 0, "taxable_amount": 0})
        known["amount"] += entry["amount"]
        known["taxable_amount"] += entry["taxable_amount"]
    return list(by_rate.values())
