"""The parameters of what is billed by hand, shared by invoice items, lines of drafts and previews."""

from decimal import Decimal
from typing import Any

from sandbox.protocol.errors import invalid
from sandbox.protocol.params import (
    DISCOUNTS,
    TAX_RATES,
    Kind,
    amount,
    boolean,
    choice,
    clearable,
    decimal,
    integer,
    mapping,
    metadata,
    required,
    signed_amount,
    text,
    timestamp,
)

MAX_QUANTITY = 1_000_000


def signed_decimal(value: Any, path: str) -> str:
    """A decimal amount in minor units with at most 12 places, of either sign."""
    if isinstance(value, str) and value.startswith("-"):
        return "-" + decimal(value[1:], path)
    return decimal(value, path)


def quantity_decimal(value: Any, path: str) -> str:
    """A quantity with at most 12 decimal places, without trailing zeros."""
    exact = decimal(value, path)
    if Decimal(exact) > MAX_QUANTITY:
        raise invalid(f"Invalid decimal: {value}; at most {MAX_QUANTITY}", path)
    return exact.rstrip("0").rstrip(".") if "." in exact else exact


_BEHAVIOR = choice("inclusive", "exclusive", "unspecified")
_PRICE_DATA: dict[str, Kind] = {
    "currency": required(text),
    "product": required(text),
    "tax_behavior": _BEHAVIOR,
    "unit_amount": amount,
    "unit_amount_decimal": decimal,
}
LINE: dict[str, Kind] = {
    "amount": signed_amount,
    "description": clearable(text),
    "discountable": boolean,
    "discounts": DISCOUNTS,
    "metadata": metadata,
    "period": mapping({"start": required(timestamp), "end": required(timestamp)}),
    "price_data": mapping(_PRICE_DATA),
    "pricing": mapping({"price": text}),
    "quantity": integer(0, MAX_QUANTITY),
    "quantity_decimal": quantity_decimal,
    "tax_rates": TAX_RATES,
}
ITEM: dict[str, Kind] = {
    **LINE,
    "tax_behavior": _BEHAVIOR,
    "tax_code": clearable(text),
    "unit_amount_decimal": signed_decimal,
}
"""`tax_behavior` and `tax_code` mean something to Stripe Tax only."""
