"""The shape of a tax rate."""

from sandbox.jsons import Json
from sandbox.shapes.coupon import number


def tax_rate(rate_id: str, now: int, given: Json) -> Json:
    """From checked parameters; the percentage has at most four decimal places."""
    percentage = number(given["percentage"])
    return {
        "id": rate_id,
        "object": "tax_rate",
        "active": given.get("active", True),
        "country": given.get("country"),
        "created": now,
        "description": given.get("description"),
        "display_name": given["display_name"],
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": given["inclusive"],
        "jurisdiction": given.get("jurisdiction"),
        "jurisdiction_level": None,
        "livemode": False,
        "metadata": given.get("metadata") or {},
        "percentage": percentage,
        "rate_type": "percentage",
        "state": given.get("state"),
        "tax_type": given.get("tax_type"),
    }
