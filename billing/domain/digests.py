"""What an approval is bound to, as one value."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(*, verb: str, target: tuple[str, str], parameters: Mapping[str, Any], amount: int, currency: str) -> str:
    """SHA-256, hexadecimal, over verb, object, parameters, amount and currency as canonical JSON: the same for the
    same question, whatever the order of its words."""
    asked = {
        "verb": verb,
        "target": list(target),
        "parameters": dict(parameters),
        "amount": amount,
        "currency": currency,
    }
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
