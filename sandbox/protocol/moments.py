"""Times as version 2 of the API writes them: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime
from typing import Any

from sandbox.protocol.errors import invalid


def written(moment: int) -> str:
    """`moment` is in Unix seconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def moment(value: Any, path: str) -> int:
    """A parameter kind: the Unix second of a written time; parts of seconds are dropped."""
    try:
        found = datetime.fromisoformat(value)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (TypeError, ValueError, OverflowError):
        raise invalid(f"Invalid timestamp: {value}", path) from None
