"""Take secrets and personal data out of whatever is about to be logged.

Recognized by form, wherever they stand: Stripe's keys (`sk_`, `rk_`), signing secrets (`whsec_`), our API keys
(`ch_live_`, `ch_test_`), client secrets, Bearer and Basic credentials, passwords in URLs, card numbers (13 to 19
digits that pass Luhn's check) and e-mail addresses. Recognized by name: fields such as `password` or `cookie`.

Names of persons have no form. What may hold one is not written at all: query strings, bodies, headers (the request's
line has none of them), and the values that PostgreSQL quotes in its errors, which are taken out here.
"""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
DEEPEST = 12  # a structure nested deeper is replaced whole; it also ends cycles

_SECRET_NAMES = re.compile(
    r"password|passwd|authorization|cookie|session_?key|csrf|hashed_secret|client_secret|webhook_secret|secret_key"
    r"|encryption_key|private_key|(access|auth|login|refresh)_?token|^(secret|token)$",
    re.IGNORECASE,
)
# The order matters: a password in a URL would else be taken for the name of an e-mail address. Repetitions that
# may start anywhere are bounded, so that a long line costs linear time.
_BY_FORM = (
    # Rows that a constraint refused; they reach to the next exception of a chain, since values may have any shape
    (re.compile(r"(DETAIL:\s).*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL), rf"\1{REDACTED}"),
    (re.compile(r"(invalid input (?:syntax|value) for [\w ]{1,64}: )\".*\""), rf"\1{REDACTED}"),
    (re.compile(r"(://[^\s:/@]*:)[^\s/@]+(@)"), rf"\1{REDACTED}\2"),
    (re.compile(r"\b((?:sk|rk|ch)_(?:live|test)_)[\w-]+"), rf"\1{REDACTED}"),
    (re.compile(r"\b(whsec_)[\w+/=-]+"), rf"\1{REDACTED}"),
    (re.compile(r"(_secret_)\w+"), rf"\1{REDACTED}"),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"[\w.!#$'*+^`{|}~-]{1,64}(?:@|%40)(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,}"), "[email]"),
)
_CARD = re.compile(r"(?<!\w)(?<!\d\.)[2-6](?:[ -]?\d){12,18}(?!\w|\.\d)")


def redact(value: Any, *, depth: int = 0) -> Any:
    """The same value without what must not be logged. Texts, mappings, lists and tuples are gone through."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, int):
        return redact_text(str(value)) if is_card_number(str(value)) else value
    if depth >= DEEPEST:
        return REDACTED
    return _redact_structure(value, depth + 1)


def _redact_structure(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {redact(key, depth=depth): redact_field(key, item, depth=depth) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth=depth) for item in value]
    if isinstance(value, bytes):
        return redact_text(value.decode("utf-8", "replace"))
    return redact_text(str(value))


def redact_field(name: object, value: Any, *, depth: int = 0) -> Any:
    if isinstance(name, str) and value and _SECRET_NAMES.search(name):
        return REDACTED
    return redact(value, depth=depth)


def redact_text(text: str) -> str:
    for form, replacement in _BY_FORM:
        text = form.sub(replacement, text)
    return _CARD.sub(lambda found: "[card]" if is_card_number(found.group()) else found.group(), text)


def is_card_number(text: str) -> bool:
    """Whether 13 to 19 digits, begun like the card networks' and perhaps grouped, pass Luhn's check."""
    if not _CARD.fullmatch(text):
        return False
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
