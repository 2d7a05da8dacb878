"""A sender reads the rejection in a log, once: the code tells the kind, the detail what to change."""

import json

import pytest

from tests.usage.sending import NOW, event
from usage.domain.event import MAX_EVENT_BYTES, Rejected, accepted_time, decode, encoded, payload_hash, value_in


def judge(raw: bytes) -> None:
    read = decode(raw)
    accepted_time(read, NOW)
    value_in(read.data, "value")


def refusal(sent) -> Rejected:
    with pytest.raises(Rejected) as refused:
        judge(sent if isinstance(sent, bytes) else json.dumps(sent).encode())
    return refused.value


DETAILS = [
    (event(specversion="0.3"), "invalid_event", "$.specversion"),
    (event(source=...), "invalid_event", "missing required field `source`"),
    (event(data=...), "invalid_event", "missing required field `data`"),
    (event(data="x"), "invalid_event", "Expected `object`, got `str` - at `$.data`"),
    (event(id=""), "invalid_event", "length >= 1 - at `$.id`"),
    (event(type="t" * 256), "invalid_event", "length <= 255 - at `$.type`"),
    (event(subject=""), "invalid_event", "length >= 1 - at `$.subject`"),
    (event(source="\0"), "invalid_event", "The character U+0000 cannot be stored; leave it out."),
    (event(time="noon"), "invalid_time", "`$.time`"),
    (event(time="2026-03-15T12:00:00"), "invalid_time", "`$.time`"),
    (event(time="2026-01-01T00:00:00Z"), "time_too_old", "Events are accepted until 35 days after their time."),
    (event(time="2026-04-01T00:00:00Z"), "time_in_future", "more than 5 minutes ahead; check the sender's clock."),
    (event(data={}), "invalid_value", 'The data holds no "value", which the meter counts.'),
    (event(data={"Value": 1}), "invalid_value", 'The data holds no "value", which the meter counts.'),
    (event(value=True), "invalid_value", "Send a quantity as a JSON number, or as a string that holds one."),
    (event(value=None), "invalid_value", "Send a quantity as a JSON number, or as a string that holds one."),
    (event(value=[1]), "invalid_value", "Send a quantity as a JSON number, or as a string that holds one."),
    (event(value="1,5"), "invalid_value", '"1,5" is no decimal number; write it like "12.5".'),
    (event(value="x" * 100), "invalid_value", f'"{"x" * 40}" is no decimal number'),
    (event(value=-1), "invalid_value", "A quantity is not negative; correct an event by voiding it."),
    (event(value=10**18), "invalid_value", "A quantity has at most 18 digits before the point."),
    (event(value="0.0000000000001"), "invalid_value", "A quantity has at most 12 decimals."),
    (b'{"specversion": "1.0", "id": "1"', "invalid_json", "The event is not JSON: "),
    (b" " * (MAX_EVENT_BYTES + 1), "event_too_large", "An event is at most 65536 bytes."),
]


@pytest.mark.parametrize(("sent", "code", "detail"), DETAILS, ids=[f"{n}-{row[1]}" for n, row in enumerate(DETAILS)])
def test_code_and_detail(sent, code, detail):
    refused = refusal(sent)
    assert refused.code == code
    assert detail in refused.detail
    assert str(refused) == refused.detail


@pytest.mark.parametrize("name", ["id", "source", "type", "subject"])
def test_names_have_up_to_255_characters_of_any_script(name):
    longest = "ж" * 255
    assert getattr(decode(json.dumps({**event(), name: longest}).encode()), name) == longest
    assert refusal({**event(), name: longest + "ж"}).code == "invalid_event"


def padded(size: int) -> bytes:
    """An event of so many bytes."""
    bare = json.dumps(event(data={"value": 1, "note": ""})).encode()
    return bare.replace(b'"note": ""', b'"note": "%s"' % (b"x" * (size - len(bare))))


def test_the_largest_event_is_taken_to_the_byte():
    assert len(padded(MAX_EVENT_BYTES)) == MAX_EVENT_BYTES
    assert decode(padded(MAX_EVENT_BYTES)).id == "1"
    assert refusal(padded(MAX_EVENT_BYTES + 1)).code == "event_too_large"


@pytest.mark.parametrize("form", ["\\u0000", "\\\\\\u0000", "a\\u0000b"])
def test_the_zero_character_is_found_behind_backslashes(form):
    assert refusal(json.dumps(event()).replace('"tests"', f'"{form}"').encode()).code == "invalid_event"


@pytest.mark.parametrize("form", ["\\\\u0000", "\\\\\\\\u0000", "u0000", "\\u0001"])
def test_what_only_looks_like_it_is_taken(form):
    text = json.dumps(event()).replace('"tests"', f'"{form}"')
    assert decode(text.encode()).source == json.loads(text)["source"]


def test_of_a_name_that_is_said_twice_the_last_counts():
    """As JSON's readers do; senders and we then agree on what was said."""
    text = json.dumps(event()).replace('"source": "tests"', '"source": "a", "source": "b"')
    assert decode(text.encode()).source == json.loads(text)["source"] == "b"


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ({}, b"{}"),
        ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        ({"z": {"b": [3, 1], "a": None}}, b'{"z":{"a":null,"b":[3,1]}}'),
        ({"text": "ä\n"}, '{"text":"ä\\n"}'.encode()),
    ],
)
def test_data_is_kept_with_sorted_keys(data, written):
    assert encoded(data) == written


def test_a_hash_cannot_be_moved_from_one_field_to_the_next():
    """Type and time stand before the data; their border is a character that neither can hold."""
    one = decode(json.dumps(event(type="a", time=None)).encode())
    two = decode(json.dumps(event(type="a2026-03-15T12:00:00+00:00", time=None)).encode())
    timed = decode(json.dumps(event(type="a")).encode())
    data = encoded(one.data)
    assert len({payload_hash(sent, data) for sent in (one, two, timed)}) == 3


@pytest.mark.parametrize("field", ["id", "source", "subject"])
def test_identity_and_subject_are_no_payload(field):
    """They say which event it is and whose; a retry under another name is another event, not another payload."""
    sent, other = (decode(json.dumps({**event(), field: name}).encode()) for name in ("one", "two"))
    assert payload_hash(sent, encoded(sent.data)) == payload_hash(other, encoded(other.data))
