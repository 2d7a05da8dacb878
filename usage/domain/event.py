"""One usage event as sent: a CloudEvents 1.0 event in JSON (https://github.com/cloudevents/spec).

`source` and `id` together are its identity. `type` names the meter's event type, `subject` the organization,
`data` holds the meter's value property. Extension attributes are allowed and do not count as payload: tracing
headers differ between two deliveries of the same event.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from usage.domain.quantity import InvalidQuantity, json_float, quantity_of

MAX_EVENT_BYTES = 64 * 1024
HASH_BYTES = 16
MAX_AGE = timedelta(days=35)
MAX_AHEAD = timedelta(minutes=5)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
OffsetTime = Annotated[datetime, msgspec.Meta(tz=True)]


class Rejected(Exception):
    """The event is not counted. `code` is stable, `detail` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class SentEvent(msgspec.Struct, frozen=True):
    """`time` None: the sender leaves it to us, and the moment of receipt counts."""

    specversion: Literal["1.0"]
    id: Name
    source: Name
    type: Name
    data: dict[str, Any]
    subject: Name | None = None
    time: OffsetTime | None = None


_decoder = msgspec.json.Decoder(SentEvent, float_hook=json_float)
_encoder = msgspec.json.Encoder(order="sorted", decimal_format="number")


def decode(raw: bytes) -> SentEvent:
    """Raises Rejected: `event_too_large`, `invalid_json`, `invalid_time` or `invalid_event`."""
    if len(raw) > MAX_EVENT_BYTES:
        raise Rejected("event_too_large", f"An event is at most {MAX_EVENT_BYTES} bytes.")
    if b"\\u0000" in raw and b"\\u0000" in raw.replace(b"\\\\", b""):
        raise Rejected("invalid_event", "The character U+0000 cannot be stored; leave it out.")
    try:
        return _decoder.decode(raw)
    except msgspec.ValidationError as error:
        code = "invalid_time" if "`$.time`" in str(error) else "invalid_event"
        raise Rejected(code, str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected("invalid_json", f"The event is not JSON: {error}") from None


def accepted_time(event: SentEvent, now: datetime) -> datetime:
    """When the usage happened, in UTC. Raises Rejected: `time_too_old` or `time_in_future`."""
    if event.time is None:
        return now
    if event.time < now - MAX_AGE:
        raise Rejected("time_too_old", f"Events are accepted until {MAX_AGE.days} days after their time.")
    if event.time > now + MAX_AHEAD:
        raise Rejected("time_in_future", "The time is more than 5 minutes ahead; check the sender's clock.")
    return event.time.astimezone(UTC)


def encoded(data: dict[str, Any]) -> bytes:
    """The data as JSON with sorted keys, numbers with every digit that was sent."""
    return _encoder.encode(data)


def payload_hash(event: SentEvent, data: bytes) -> str:
    """32 hexadecimal digits, equal for two deliveries of the same type, time and data (as `encoded`), whatever
    their white space, order of keys or offset of the time."""
    time = "" if event.time is None else event.time.astimezone(UTC).isoformat()
    head = f"{event.type}\0{time}\0".encode()
    return hashlib.blake2b(head + data, digest_size=HASH_BYTES).hexdigest()


def value_in(data: dict[str, Any], value_property: str) -> Decimal:
    """What the event counts, in the meter's unit. Raises Rejected: `invalid_value`."""
    if value_property not in data:
        raise Rejected("invalid_value", f'The data holds no "{value_property}", which the meter counts.')
    try:
        return quantity_of(data[value_property])
    except InvalidQuantity as error:
        raise Rejected("invalid_value", str(error)) from None
