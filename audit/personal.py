"""What of an entry goes into the chain, and what beside it.

The chain is never changed, so it may hold nothing that the law could ask us to erase. A value under a personal name
leaves a mark in the chain and lies beside it, in a row that can be deleted; the chain commits to that row by a keyed
digest, so that a detail that was changed is found, and nothing can be guessed from the digest once key and detail
are gone. Secrets and card numbers are kept nowhere.

The database's `audit_masked` does the same to the metadata of `log_billing_action`, by the same patterns.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.canonical import canonical

NOT_KEPT_NAMES = (
    "password|passwd|passphrase|secret|secrets|token|authorization|cookie|private_key|signing_key|encryption_key"
    "|secret_key|card_number|cvc|cvv|otp|recovery_codes"
)
PERSONAL_NAMES = (
    "name|names|username|email|emails|phone|phones|address|addresses|line1|line2|street|city|postcode|postal_code|zip"
    "|shipping|billing_details|customer_details|contact|birthday|birth_date|tax_id|tax_ids|vat_id|ip|ip_address"
    "|user_agent|comment|comments|note|notes|memo|message|description|footer|last4|last_four|iban|account_number"
)
NOT_KEPT = f"(^|_)({NOT_KEPT_NAMES})$"
PERSONAL = f"(^|_)({PERSONAL_NAMES})$"
NOT_KEPT_VALUE = r"\m((sk|rk|ch)_(live|test)_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=_-]+|[0-9]([ -]?[0-9]){12,18})\M"
"""In PostgreSQL's words, where \\m and \\M are the edges of a word."""

REDACTED = "[redacted]"
KEPT_ASIDE = "[personal]"
KEY_BYTES = 32

_NOT_KEPT, _PERSONAL = re.compile(NOT_KEPT), re.compile(PERSONAL)
_UNKEPT_VALUE = re.compile(NOT_KEPT_VALUE.replace(r"\m", r"(?<!\w)(?=\w)").replace(r"\M", r"(?<=\w)(?!\w)"))


@dataclass(frozen=True, slots=True)
class Aside:
    """The details of one entry that lie beside the chain, as canonical JSON, with the key of their digest."""

    fields: list[str]
    key: bytes
    content: bytes

    @property
    def commitment(self) -> dict[str, Any]:
        """What the chain says of them: which there are, and their digest."""
        return {"fields": self.fields, "hmac": digest(self.key, self.content)}


def digest(key: bytes, content: bytes) -> str:
    """HMAC-SHA256, hexadecimal."""
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def set_aside(details: Mapping[str, Any]) -> Aside | None:
    """The details that are not empty; None where all are."""
    found = {name: value for name, value in details.items() if value}
    return Aside(sorted(found), secrets.token_bytes(KEY_BYTES), canonical(found)) if found else None


def divided(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what the chain says, what lies beside it): a field that holds anything personal lies beside it whole."""
    clean = {name: without_secrets(value, name) for name, value in values.items()}
    shown = {name: _masked(value, name) for name, value in clean.items()}
    return shown, {name: value for name, value in clean.items() if shown[name] != value}


def without_secrets(value: Any, name: str = "") -> Any:
    if _NOT_KEPT.search(name.lower()) and value:
        return REDACTED
    if isinstance(value, str):
        return _UNKEPT_VALUE.sub(REDACTED, value)
    return _inside(value, without_secrets)


def _masked(value: Any, name: str = "") -> Any:
    if _PERSONAL.search(name.lower()) and value:
        return KEPT_ASIDE
    return _inside(value, _masked)


def _inside(value: Any, change: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): change(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [change(inner) for inner in value]
    return value
