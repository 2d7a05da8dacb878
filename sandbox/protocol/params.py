"""Parameter kinds: what an operation accepts, checked and converted before anything happens.

A kind is a function of (value, path) that returns the converted value or raises Stripe's error. A spec is a
mapping of names to kinds; a name outside of it is Stripe's `parameter_unknown`.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.protocol.errors import StripeError, empty_parameter, invalid, missing_parameter, unknown_parameter
from sandbox.protocol.forms import Numbered

Kind = Callable[[Any, str], Any]
Spec = Mapping[str, Kind]
MAX_METADATA = 50
MAX_AMOUNT = 9_999_999_999
CLEARED = None
"""What an empty string means: Stripe unsets the field."""


class required:
    """Marks a parameter that must be given."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __call__(self, value: Any, path: str) -> Any:
        if value == "":
            raise empty_parameter(path)
        return self.kind(value, path)


def text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {value}", path)
    if len(value) > 5000:
        raise invalid(f"Invalid string: {path} must be at most 5000 characters", path)
    return value


def short(limit: int) -> Kind:
    """A text of at most `limit` characters that is not empty."""

    def kind(value: Any, path: str) -> str:
        given = text(value, path)
        if not given:
            raise empty_parameter(path)
        if len(given) > limit:
            raise invalid(f"Invalid string: {path} must be at most {limit} characters", path)
        return given

    return kind


def integer(low: int | None = None, high: int | None = None) -> Kind:
    def kind(value: Any, path: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise invalid(f"Invalid integer: {value}", path, "parameter_invalid_integer")
        number = int(value)
        if low is not None and number < low:
            raise invalid(f"This value must be greater than or equal to {low}.", path, "parameter_invalid_integer")
        if high is not None and number > high:
            raise invalid(f"This value must be less than or equal to {high}.", path, "parameter_invalid_integer")
        return number

    return kind


def decimal(value: Any, path: str) -> str:
    """A decimal amount in minor units with at most 12 places, kept as Stripe's string."""
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise invalid(f"Invalid decimal: {value}", path, "parameter_invalid_decimal") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -12 or not 0 <= number <= MAX_AMOUNT:
        raise invalid(f"Invalid decimal: {value}; 0 to {MAX_AMOUNT} with at most 12 decimal places", path)
    return f"{number:f}"


def percentage(value: Any, path: str) -> str:
    """0 to 100 with at most four decimal places, as an exact decimal."""
    exact = decimal(value, path)
    if Decimal(exact) > 100 or len(exact.partition(".")[2]) > 4:
        raise invalid(f"Invalid percentage: {value}; 0 to 100 with at most four decimal places", path)
    return exact


def boolean(value: Any, path: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", path)
    return bool(value == "true")


def choice(*words: str) -> Kind:
    def kind(value: Any, path: str) -> str:
        if value not in words:
            raise invalid(f"Invalid {path}: must be one of {', '.join(words)}", path)
        return str(value)

    return kind


def clearable(inner: Kind) -> Kind:
    def kind(value: Any, path: str) -> Any:
        return CLEARED if value == "" else inner(value, path)

    return kind


def either(*kinds: Kind) -> Kind:
    """The first that fits. What is refused by all is told by one that could have fitted its shape."""

    def kind(value: Any, path: str) -> Any:
        refusals: list[StripeError] = []
        for inner in kinds:
            try:
                return inner(value, path)
            except StripeError as refused:
                refusals.append(refused)
        told = (each for each in refusals if each.fields.get("code") != "parameter_invalid_object")
        raise next(told, refusals[0])

    return kind


def mapping(spec: Spec) -> Kind:
    def kind(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise (
                invalid("Invalid object", path, "parameter_invalid_object") if value != "" else empty_parameter(path)
            )
        return checked(spec, value, path)

    return kind


def keyed(inner: Kind) -> Kind:
    """A mapping with names of the caller's choice, such as currencies."""

    def kind(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid object", path, "parameter_invalid_object")
        return {name: inner(entry, f"{path}[{name}]") for name, entry in value.items()}

    return kind


def array(inner: Kind) -> Kind:
    def kind(value: Any, path: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise invalid("Invalid array", path)
        return [inner(entry, f"{path}[{index}]") for index, entry in enumerate(value)]

    return kind


def named(inner: Kind) -> Kind:
    """A mapping whose names are the caller's own."""

    def kind(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid object", path, "parameter_invalid_object")
        return {name: inner(entry, f"{path}[{name}]") for name, entry in value.items()}

    return kind


def array_of(inner: Kind, low: int, high: int) -> Kind:
    """An array of `low` to `high` entries."""
    entries = array(inner)

    def kind(value: Any, path: str) -> list[Any]:
        found: list[Any] = entries(value, path)
        if not low <= len(found) <= high:
            raise invalid(f"Invalid array: {path} must have {low} to {high} entries.", path)
        return found

    return kind


def metadata(value: Any, path: str) -> dict[str, str] | None:
    """At most 50 keys of 40 characters with values of 500; an empty value unsets its key."""
    if value == "":
        return CLEARED
    if isinstance(value, Numbered):
        value = dict(zip(value.names, value, strict=True))
    if not isinstance(value, dict):
        raise invalid("Invalid object", path)
    for key, entry in value.items():
        if not isinstance(entry, str) or len(entry) > 500 or len(key) > 40:
            raise invalid(f"Metadata keys may have 40 characters, values 500: {key}", f"{path}[{key}]")
    return dict(value)


def checked(spec: Spec, given: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """`given` converted by `spec`; raises for unknown, missing and malformed parameters."""
    result = {}
    for name, value in given.items():
        full = f"{path}[{name}]" if path else name
        kind = spec.get(name)
        if kind is None:
            raise unknown_parameter(full)
        result[name] = kind(value, full)
    for name, kind in spec.items():
        if isinstance(kind, required) and name not in result:
            raise missing_parameter(f"{path}[{name}]" if path else name)
    return result


def merge_metadata(current: dict[str, str], change: dict[str, str] | None) -> dict[str, str]:
    """Stripe's merge: an empty value removes its key, an empty whole removes all."""
    if change is None:
        return {}
    merged = {key: value for key, value in {**current, **change}.items() if value != ""}
    if len(merged) > MAX_METADATA:
        raise invalid(f"Metadata can have at most {MAX_METADATA} keys; this would have {len(merged)}.", "metadata")
    return merged


timestamp = integer(0, 99_999_999_999)
amount = integer(0, MAX_AMOUNT)
signed_amount = integer(-99_999_999_999, 99_999_999_999)


def _no_automatic_tax(value: Any, path: str) -> bool:
    if boolean(value, path):
        raise invalid("Stripe Tax is not modelled by this sandbox; give tax rates instead.", path)
    return False


AUTOMATIC_TAX = mapping({"enabled": required(_no_automatic_tax)})
DISCOUNTS = clearable(array(mapping({"coupon": text, "discount": text, "promotion_code": text})))
TAX_RATES = clearable(array(text))
RANGE = either(
    mapping({"gt": timestamp, "gte": timestamp, "lt": timestamp, "lte": timestamp}),
    timestamp,
)
PAGE: Spec = {"limit": integer(1, 100), "starting_after": text, "ending_before": text}
EXPAND: Spec = {"expand": array(text)}
ADDRESS: Spec = {name: clearable(text) for name in ("city", "country", "line1", "line2", "postal_code", "state")}
