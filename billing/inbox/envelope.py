"""An event's body, decoded."""

from typing import Annotated, Any

import msgspec

LONGEST_ID = 255
# NUL is good JSON, and no text of PostgreSQL's can hold it
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID, pattern="^[^\\x00]*$")]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern="^[^\\x00]*$")]
VersionName = Annotated[str, msgspec.Meta(max_length=64, pattern="^[^\\x00]*$")]


class EventData(msgspec.Struct):
    object: dict[str, Any]
    previous_attributes: dict[str, Any] | None = None


class Envelope(msgspec.Struct):
    """The fields of Stripe's event that we use (https://docs.stripe.com/api/events/object)."""

    id: str
    type: str
    created: int
    livemode: bool
    data: EventData
    api_version: str | None = None
    account: str | None = None


class HeadObject(msgspec.Struct):
    id: str | None = None


class HeadData(msgspec.Struct):
    object: HeadObject


class Head(msgspec.Struct):
    """What the webhook needs to store the event: its data is only looked at for the object's id."""

    id: Id
    type: Word
    created: int
    livemode: bool
    data: HeadData
    api_version: VersionName | None = None


_heads = msgspec.json.Decoder(Head)
_envelopes = msgspec.json.Decoder(Envelope)


def head(body: bytes) -> Head:
    """Raises msgspec.MsgspecError for anything that is not a Stripe event."""
    return _heads.decode(body)


def envelope(payload: str) -> Envelope:
    """Raises msgspec.MsgspecError. NUL, which PostgreSQL's JSON cannot hold, becomes U+FFFD."""
    return _envelopes.decode(payload.replace("\\u0000", "\\ufffd"))
