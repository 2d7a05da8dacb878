"""Money and time in the words of a page."""

from datetime import UTC, datetime

from sandbox.jsons import Json
from sandbox.money import shown


def money(amount: int | None, currency: str | None) -> str:
    """An amount in minor units with its currency; a minus stands in front."""
    if amount is None or currency is None:
        return ""
    text = shown(str(abs(amount)), currency)
    return f"-{text}" if amount < 0 else text


def day(moment: int | None) -> str:
    """15 January 2024; of Unix seconds, in UTC."""
    if moment is None:
        return ""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.day} {at:%B} {at.year}"


def every(price: Json) -> str:
    """per month, every 3 months; "" for a one-time price."""
    recurring = price.get("recurring")
    if not recurring:
        return ""
    count, interval = recurring["interval_count"], recurring["interval"]
    return f"per {interval}" if count == 1 else f"every {count} {interval}s"


def rate(price: Json) -> str:
    """$29.00 per month; tiered prices have no single rate."""
    unit = price["unit_amount_decimal"]
    each = shown(unit, price["currency"]) if unit is not None else "tiered price"
    return f"{each} {every(price)}".strip()
