"""One text for one content: the JSON whose bytes the log hashes.

Keys are sorted by code point, nothing stands between the tokens, text is UTF-8 and escaped only where it must be.
Numbers with a fraction, and whole ones beyond 64 bits, become strings: readers of JSON differ in what they make of
them. The database's `audit_canonical` makes the same of the same values.
"""

from typing import Any

import orjson

_BEYOND = 2**63


def canonical(value: Any) -> bytes:
    """The bytes of a JSON value made of dicts, lists, strings, numbers, booleans and None.

    Raises TypeError for anything else, and for text that is no valid Unicode.
    """
    return orjson.dumps(exact(value), option=orjson.OPT_SORT_KEYS)


def exact(value: Any) -> Any:
    """A copy without the numbers that JSON does not carry safely."""
    if isinstance(value, dict):
        return {str(name): exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [exact(inner) for inner in value]
    if isinstance(value, float) or (isinstance(value, int) and not -_BEYOND <= value < _BEYOND):
        return str(value)
    return value
