"""Stripe's lists with their rows unread: of each what names it, and its bytes as Stripe sent them.

To compare an account with what was found equal before, the bytes are enough; building every object of a page takes
longer than all the rest of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from billing.gateway.client import Json, read
from billing.gateway.listing import LISTED, parameters_of
from billing.gateway.objects import completed

MORE, MORE_APART = b'"has_more":true', b'"has_more": true'
"""Somewhere in the object a list goes on elsewhere."""


class Head(msgspec.Struct, frozen=True, gc=False):
    """`created` is in Unix seconds; `total` in minor units of `currency`, where the object has them (invoices do)."""

    id: str
    created: int = 0
    total: int | None = None
    currency: str | None = None


class Unread(msgspec.Struct, frozen=True, gc=False):
    """A row of a list."""

    head: Head
    content: bytes

    @property
    def is_whole(self) -> bool:
        """False where a list in it may go on elsewhere, so that its bytes do not say all of it."""
        return MORE not in self.content and MORE_APART not in self.content

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, hexadecimal. Another order of its keys is another digest."""
        return hashlib.sha256(self.content).hexdigest()

    def read(self) -> Json:
        """The object, its nested list complete: asks Stripe where that goes on elsewhere."""
        return completed(json.loads(self.content))


@dataclass(frozen=True, slots=True)
class UnreadPage:
    rows: list[Unread]
    has_more: bool

    @property
    def last_id(self) -> str:
        """Where the next page starts, "" for an empty page."""
        return self.rows[-1].head.id if self.rows else ""

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(len(row.content) for row in self.rows)


class _List(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool = False


_LISTS, _HEADS = msgspec.json.Decoder(_List), msgspec.json.Decoder(Head)


def unread_page(
    object_type: str,
    *,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    starting_after: str = "",
    extra: Mapping[str, Any] | None = None,
) -> UnreadPage:
    """One page, newest first; arguments and faults are those of `list_page`."""
    parameters = parameters_of(object_type, created_from, created_to, starting_after, extra)
    return read(LISTED[object_type], parameters, operation=f"{object_type}.list", decode=page_of)


def page_of(body: str) -> UnreadPage:
    """Raises ValueError where this is no list of Stripe's."""
    try:
        answer = _LISTS.decode(body)
        rows = [Unread(_HEADS.decode(one), bytes(one)) for one in answer.data]
    except msgspec.MsgspecError as error:
        raise ValueError("This is no list of Stripe's.") from error
    return UnreadPage(rows, bool(rows) and answer.has_more)
