"""One event: its form, its time, its payload."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.usage.sending import NOW, event
from usage.domain.event import MAX_EVENT_BYTES, Rejected, accepted_time, decode, encoded, payload_hash, value_in


def code_of(raw: bytes | str) -> str:
    with pytest.raises(Rejected) as rejected:
        decode(raw.encode() if isinstance(raw, str) else raw)
    assert rejected.value.detail
    return rejected.value.code


def made(**changes):
    return json.dumps(event(**changes))


INVALID = {
    "no id": made(id="x").replace('"id": "x", ', ""),
    "empty id": made(id=""),
    "long id": made(id="x" * 256),
    "number as id": made().replace('"id": "1"', '"id": 1'),
    "no source": made(source=...),
    "empty source": made(source=""),
    "no type": made(type=...),
    "no version": made(specversion=...),
    "version of the future": made(specversion="2.0"),
    "no data": made(data=...),
    "data is a list": made(data=[1]),
    "data is null": made(data=None),
    "data in base64": made(data=..., data_base64="eyJ2YWx1ZSI6MX0="),
    "subject is a number": made(subject=5),
    "an array": "[1]",
    "a string": '"event"',
    "null": "null",
    "a zero character": made(source="a\0b"),
    "a zero character in the data": made(data={"value": 1, "note": "\0"}),
    "a number beyond all columns": made().replace('"value": 1', '"value": 1e400000'),
    "a number beyond integers": made().replace('"value": 1', '"value": ' + "9" * 5000),
}
NOT_JSON = {
    "cut": made()[:-5],
    "trailing": made() + "x",
    "NaN": made(value=float("nan")),
    "Infinity": made(value=float("inf")),
    "minus Infinity": made(value=float("-inf")),
    "half a surrogate": made().replace('"tests"', '"\\ud800"'),
    "nested beyond reason": made().replace('"value": 1', '"value": ' + "[" * 20_000 + "]" * 20_000),
    "byte order mark": "\ufeff" + made(),
    "empty": "",
}


@pytest.mark.parametrize("name", list(INVALID))
def test_a_malformed_event_is_rejected(name):
    assert code_of(INVALID[name]) == "invalid_event"


@pytest.mark.parametrize("name", list(NOT_JSON))
def test_what_is_not_json_is_rejected(name):
    assert code_of(NOT_JSON[name]) == "invalid_json"


def test_bytes_that_are_not_utf_8_are_rejected():
    assert code_of(made().encode().replace(b"tests", b"t\xffsts")) == "invalid_json"


def test_an_event_that_is_too_large_is_rejected():
    assert code_of(made(data={"value": 1, "note": "x" * MAX_EVENT_BYTES})) == "event_too_large"


def test_a_written_backslash_is_no_zero_character():
    assert decode(made(data={"value": 1, "path": "c:\\u0000"}).encode()).data["path"] == "c:\\u0000"


def test_extension_attributes_are_allowed():
    sent = made(traceparent="00-1", datacontenttype="application/json", dataschema="https://example.com/schema")
    assert decode(sent.encode()).id == "1"


TIMES = {
    "2026-03-15T12:30:00Z": "2026-03-15T12:30:00+00:00",
    "2026-03-15T13:30:00.123456+01:00": "2026-03-15T12:30:00.123456+00:00",
    "2026-03-16T02:30:00+14:00": "2026-03-15T12:30:00+00:00",
    "2026-03-14T22:30:00-14:00": "2026-03-15T12:30:00+00:00",
    "2026-02-08T12:30:00Z": "2026-02-08T12:30:00+00:00",  # 35 days ago
    "2026-03-15T12:35:00Z": "2026-03-15T12:35:00+00:00",  # 5 minutes ahead
}
BAD_TIMES = {
    "2026-02-08T12:29:59Z": "time_too_old",
    "2026-02-07T12:30:00Z": "time_too_old",  # 36 days ago
    "0001-01-01T00:00:00Z": "time_too_old",
    "0001-01-01T00:00:00+14:00": "time_too_old",
    "2026-03-15T12:35:00.000001Z": "time_in_future",
    "2026-03-15T12:36:00Z": "time_in_future",
    "9999-12-31T23:59:59Z": "time_in_future",
    "9999-12-31T23:59:59-14:00": "time_in_future",
    "2026-03-15T12:30:60Z": "invalid_time",  # a leap second
    "2026-03-15T12:30:00": "invalid_time",  # whose noon?
    "2026-03-15": "invalid_time",
    "2026-02-30T12:00:00Z": "invalid_time",
    "1773577800": "invalid_time",
    "yesterday": "invalid_time",
    "": "invalid_time",
}


@pytest.mark.parametrize(("sent", "kept"), list(TIMES.items()))
def test_these_times_are_accepted(sent, kept):
    assert accepted_time(decode(made(time=sent).encode()), NOW) == datetime.fromisoformat(kept)


@pytest.mark.parametrize(("sent", "code"), list(BAD_TIMES.items()))
def test_these_times_are_not(sent, code):
    with pytest.raises(Rejected) as rejected:
        accepted_time(decode(made(time=sent).encode()), NOW)
    assert rejected.value.code == code


def test_a_number_is_no_time():
    assert code_of(json.dumps({**event(), "time": 1773577800})) == "invalid_time"


def test_without_a_time_the_receipt_counts():
    assert accepted_time(decode(made(time=None).encode()), NOW) == NOW


def test_the_value_is_looked_for_under_its_name():
    assert value_in({"tokens": "12.5"}, "tokens") == 12.5
    for data in ({}, {"value": 1}, {"tokens": None}, {"tokens": True}):
        with pytest.raises(Rejected) as rejected:
            value_in(data, "tokens")
        assert rejected.value.code == "invalid_value"


def hash_of(**changes):
    sent = decode(made(**changes).encode())
    return payload_hash(sent, encoded(sent.data))


def test_two_deliveries_of_the_same_payload_have_one_hash():
    assert hash_of(data={"value": 1, "a": 2}) == hash_of(data={"a": 2, "value": 1})
    assert hash_of(time="2026-03-15T12:00:00Z") == hash_of(time="2026-03-15T13:00:00+01:00")
    assert hash_of(traceparent="00-1") == hash_of(traceparent="00-2")
    spaced = decode(json.dumps(event(), indent=4).encode())
    assert payload_hash(spaced, encoded(spaced.data)) == hash_of()


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 2},
        {"value": "1"},
        {"value": 1.0000000000000002},
        {"type": "other"},
        {"time": None},
        {"time": "2026-03-15T12:00:01Z"},
        {"data": {"value": 1, "note": ""}},
    ],
    ids=repr,
)
def test_another_payload_has_another_hash(changes):
    assert hash_of(**changes) != hash_of()


def test_data_keeps_every_digit():
    sent = decode(made().replace('"value": 1', '"value": 0.1000000000000000055511151231257827').encode())
    assert encoded(sent.data) == b'{"value":0.1000000000000000055511151231257827}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_either_an_event_or_rejected(value):
    for raw in (json.dumps(value), made(data=value), json.dumps({**event(), "id": value})):
        try:
            sent = decode(raw.encode())
        except Rejected:
            continue
        assert len(payload_hash(sent, encoded(sent.data))) == 32


@given(st.timedeltas(timedelta(days=-40), timedelta(days=1)))
def test_the_bounds_of_time_are_sharp(distance):
    sent = decode(made(time=(NOW + distance).isoformat()).encode())
    accepted = timedelta(days=-35) <= distance <= timedelta(minutes=5)
    try:
        assert accepted_time(sent, NOW) == NOW + distance
        assert accepted
    except Rejected:
        assert not accepted


def test_times_are_kept_in_utc():
    assert accepted_time(decode(made(time="2026-03-15T13:30:00+01:00").encode()), NOW).tzinfo is UTC
