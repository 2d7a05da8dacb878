"""The slow look at an entry whose hash is right: each column against the content, and the details beside it."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

NONE = b"\\N"
COLUMNS = (
    "chain", "sequence", "id", "organization_id", "action", "actor_kind", "actor_id", "target_type", "target_id",
    "request_id", "source", "created_at",
)  # fmt: skip


def fault_of(fields: list[bytes], is_erased: Callable[[], bool]) -> str:
    """What is wrong, "" where nothing is. `is_erased()` tells whether a later entry says that details went."""
    try:
        content = json.loads(fields[15])
        wrong = _differing(fields, _columns(content))
    except (ValueError, KeyError, TypeError):
        return "its content is no entry"
    if wrong:
        return f"its column {wrong} differs from its content"
    return _fault_of_details(content["body"].get("personal"), fields[13], fields[14], is_erased)


def _columns(content: dict[str, Any]) -> list[Any]:
    body = content["body"]
    return [
        content["chain"], content["sequence"], content["id"], content["chain"] or -1, body["action"],
        body["actor"]["kind"], body["actor"]["id"], body["target"]["type"], body["target"]["id"],
        body["request_id"], body["source"], datetime.fromisoformat(body["time"]),
    ]  # fmt: skip


def _differing(fields: list[bytes], expected: list[Any]) -> str:
    for name, field, value in zip(COLUMNS, fields, expected, strict=False):
        found: Any = field.decode()
        if isinstance(value, datetime):
            found, value = datetime.fromisoformat(found), value
        if found != (value if isinstance(value, datetime) else str(value)):
            return name
    return ""


def _fault_of_details(commitment: Any, key: bytes, details: bytes, is_erased: Callable[[], bool]) -> str:
    if key == NONE:
        if commitment is None or is_erased():
            return ""
        return "its personal details are missing, and no entry says that they were erased"
    if commitment is None:
        return "personal details lie beside it that it does not know"
    found = hmac.digest(bytes.fromhex(key.decode()), details, "sha256").hex()
    return "" if found == commitment["hmac"] else "its personal details were changed"
