"""JSON as the sandbox keeps and sends it."""

from typing import Any

import orjson

Json = dict[str, Any]


def dumps(value: object) -> bytes:
    return orjson.dumps(value)


def sorted_dumps(value: object) -> bytes:
    """The same bytes for equal values, whatever the order of their keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def loads(raw: bytes | str) -> Json:
    value: Json = orjson.loads(raw)
    return value


def public(stored: Json) -> Json:
    """The object as the API shows it: without the sandbox's own notes, kept under the key "_"."""
    if "_" not in stored:
        return stored
    return {key: value for key, value in stored.items() if key != "_"}


def tombstone(stored: Json) -> Json:
    """What Stripe sends in place of a deleted object."""
    return {"id": stored["id"], "object": stored["object"], "deleted": True}


def listing(url: str, data: list[Json], has_more: bool = False) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
