"""Cut a call's body into the JSON texts of its events, so that one bad event spoils only itself."""

import json
from collections.abc import Callable, Iterator

import msgspec

MAX_EVENTS = 10_000
ONE, BATCH, LINES = "application/cloudevents+json", "application/cloudevents-batch+json", "application/x-ndjson"


class MalformedBody(ValueError):
    """The body as a whole is not what its content type says."""


class TooManyEvents(ValueError):
    """More than MAX_EVENTS in one call."""


def split(body: bytes, media_type: str) -> list[bytes]:
    """The events of the body, in their order; blank lines between NDJSON events do not count.

    `application/json` may hold one event or a batch. Raises MalformedBody or TooManyEvents, and KeyError for a
    media type that is not in `MEDIA_TYPES`.
    """
    events = MEDIA_TYPES[media_type](body)
    if len(events) > MAX_EVENTS:
        raise TooManyEvents(f"A call holds at most {MAX_EVENTS} events.")
    return events


def _one(body: bytes) -> list[bytes]:
    try:
        _value.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        _tolerantly(_whole, body)
    except RecursionError:
        raise MalformedBody(_TOO_DEEP) from None
    return [body]


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.splitlines() if line.strip()]


def _batch(body: bytes) -> list[bytes]:
    try:
        return [bytes(event) for event in _array.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _tolerantly(_cut, body)
    except RecursionError:
        raise MalformedBody(_TOO_DEEP) from None


def _any(body: bytes) -> list[bytes]:
    return _batch(body) if body.lstrip()[:1] == b"[" else _one(body)


MEDIA_TYPES: dict[str, Callable[[bytes], list[bytes]]] = {
    ONE: _one,
    BATCH: _batch,
    LINES: _lines,
    "application/json": _any,
}

_TOO_DEEP = "The body is nested too deeply."
_value = msgspec.json.Decoder(msgspec.Raw)
_array = msgspec.json.Decoder(list[msgspec.Raw])
# Finds where each value ends. Unlike JSON it knows NaN and Infinity, which common encoders write unasked: the
# events that hold them are refused one by one later on, by the strict decoder.
_values = json.JSONDecoder(parse_int=str, parse_float=str)


def _tolerantly(cut: Callable[[str], Iterator[bytes]], body: bytes) -> list[bytes]:
    try:
        return list(cut(body.decode().strip()))
    except (ValueError, RecursionError) as error:
        raise MalformedBody(f"The body is not what its content type says: {error}") from None


def _whole(text: str) -> Iterator[bytes]:
    _values.decode(text)
    yield text.encode()


def _cut(text: str) -> Iterator[bytes]:
    if not text.startswith("["):
        raise ValueError("expected an array")
    position, separator = 1, "["
    while separator != "]":
        start = _skip_blanks(text, position)
        _, end = _values.raw_decode(text, start)
        yield text[start:end].encode()
        position = _skip_blanks(text, end)
        separator = text[position : position + 1]
        if separator not in (",", "]"):
            raise ValueError(f"expected a comma or the end of the array at character {position}")
        position += 1
    if position != len(text):
        raise ValueError(f"unexpected text after the array at character {position}")


def _skip_blanks(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\t", "\n", "\r"):
        position += 1
    return position
