"""An event's body, decoded."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

LONGEST_ID = 255
# NUL is good JSON, and no text of PostgreSQL's can hold it
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID, pattern="^[^\\x00]*$")]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern="^[^\\x00]*$")]
VersionName = Annotated[str, msgspec.Meta(max_length=64, pattern="^[^\\x00]*$")]


THIN = "v2.core.event"


class EventData(msgspec.Struct):
    object: dict[str, Any] = {}
    previous_attributes: dict[str, Any] | None = None


class Envelope(msgspec.Struct):
    """The fields of Stripe's event that we use (https://docs.stripe.com/api/events/object)."""

    id: str
    type: str
    created: int | str
    livemode: bool
    data: EventData = msgspec.field(default_factory=EventData)
    api_version: str | None = None
    account: str | None = None

    @property
    def created_at(self) -> datetime:
        return created_at(self.created)


def created_at(said: int | str) -> datetime:
    """Unix seconds; RFC 3339 in thin events (https://docs.stripe.com/api/v2/core/events/object).

    Raises ValueError, OverflowError or OSError for what is no time.
    """
    if isinstance(said, int):
        return datetime.fromtimestamp(said, tz=UTC)
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError("The time has no zone.")
    return moment.astimezone(UTC)


class HeadObject(msgspec.Struct):
    id: str | None = None


class HeadData(msgspec.Struct):
    object: HeadObject


class RelatedObject(msgspec.Struct):
    id: str | None = None


class Head(msgspec.Struct):
    """What the webhook needs to store the event: its data is only looked at for the object's id. A thin event has
    no data; it names its object."""

    id: Id
    type: Word
    created: int | str
    livemode: bool
    data: HeadData | None = None
    object: str = ""
    related_object: RelatedObject | None = None
    api_version: VersionName | None = None

    @property
    def object_id(self) -> str:
        about = self.data.object if self.data else self.related_object
        return (about.id if about else None) or ""


_heads = msgspec.json.Decoder(Head)
_envelopes = msgspec.json.Decoder(Envelope)


def head(body: bytes) -> Head:
    """Raises msgspec.MsgspecError for anything that is not a Stripe event."""
    head = _heads.decode(body)
    if head.data is None and head.object != THIN:
        raise msgspec.ValidationError("Object missing required field `data`")
    return head


def envelope(payload: str) -> Envelope:
    """Raises msgspec.MsgspecError. NUL, which PostgreSQL's JSON cannot hold, becomes U+FFFD."""
    return _envelopes.decode(payload.replace("\\u0000", "\\ufffd"))
