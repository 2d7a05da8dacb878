"""Money and time in the words of a page."""

import re
from datetime import UTC, datetime

from sandbox.jsons import Json
from sandbox.money.money import shown


def money(amount: int | None, currency: str | None) -> str:
    """An amount in minor units with its currency; a minus stands in front."""
    if amount is None or currency is None:
        return ""
    text = exact(str(abs(amount)), currency)
    return f"-{text}" if amount < 0 else text


def exact(minor_units: str, currency: str) -> str:
    """As Stripe writes it, with thousands apart: $1,200.00."""
    text = shown(minor_units, currency)
    return re.sub(r"(?<![.\d])\d+", lambda found: f"{int(found[0]):,}", text, count=1)


def day(moment: int | None) -> str:
    """15 January 2024; of Unix seconds, in UTC."""
    if moment is None:
        return ""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.day} {at:%B} {at.year}"


def short_day(moment: int) -> str:
    """15 Jan 2024."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at.day} {at:%b} {at.year}"


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
    each = exact(unit, price["currency"]) if unit is not None else "tiered price"
    return f"{each} {every(price)}".strip()
