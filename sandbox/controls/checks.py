"""The bodies of controls: checked whole before anything is done, so that a bad value changes nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jsons import Json
from sandbox.protocol.errors import StripeError, invalid, unknown_parameter

Check = Callable[[Any, str], Any]


def checked(given: Json, checks: Mapping[str, Check]) -> Json:
    """`given` converted; raises 400 for a name that there is not and for a value that does not fit."""
    for name in given:
        if name not in checks:
            raise unknown_parameter(name)
    return {name: checks[name](value, name) for name, value in given.items()}


def _refused(name: str, wanted: str) -> StripeError:
    return invalid(f"{name} must be {wanted}.", name)


def flag(value: Any, name: str) -> bool:
    if value not in (True, False) or isinstance(value, float):
        raise _refused(name, "true or false")
    return bool(value)


def whole(low: int, high: int = 10**12) -> Check:
    def check(value: Any, name: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise _refused(name, f"a whole number from {low} to {high}")
        return value

    return check


def number(low: float, high: float) -> Check:
    def check(value: Any, name: str) -> float:
        if type(value) not in (int, float) or not low <= value <= high:
            raise _refused(name, f"a number from {low:g} to {high:g}")
        return float(value)

    return check


def words(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value or len(value) > 500:
        raise _refused(name, "a text of 1 to 500 characters")
    return value


def choice(*known: str) -> Check:
    def check(value: Any, name: str) -> str:
        if value not in known:
            raise _refused(name, f"one of {', '.join(known)}")
        return str(value)

    return check


def several(inner: Check, most: int) -> Check:
    def check(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise _refused(name, f"a list of at most {most}")
        return [inner(entry, f"{name}[{index}]") for index, entry in enumerate(value)]

    return check


def mapping(value: Any, name: str) -> Json:
    if not isinstance(value, dict):
        raise _refused(name, "an object")
    return value


def nullable(inner: Check) -> Check:
    def check(value: Any, name: str) -> Any:
        return None if value is None else inner(value, name)

    return check


def like(example: object) -> Check:
    """A value of the type of the example."""

    def check(value: Any, name: str) -> Any:
        if type(value) is not type(example):
            raise _refused(name, f"a value like {example!r}")
        return value

    return check


def seconds_range(value: Any, name: str) -> tuple[float, float]:
    """[lowest, highest] in seconds, or one number for both."""
    pair = value if isinstance(value, list) else [value, value]
    if len(pair) != 2 or any(type(each) not in (int, float) for each in pair) or not 0 <= pair[0] <= pair[1]:
        raise _refused(name, "a number of seconds, or the lowest and the highest")
    return float(pair[0]), float(pair[1])
