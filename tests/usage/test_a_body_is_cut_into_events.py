"""Batches and lines are cut into the JSON texts of their events; a bad one spoils only itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usage.ingest.split import BATCH, LINES, MAX_EVENTS, ONE, MalformedBody, TooManyEvents, split

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=6), st.sampled_from([None, 1]))
def test_a_batch_is_cut_where_its_elements_end(values, indent):
    """Floats bring NaN and Infinity, which only the tolerant way can cut."""
    cut = split(json.dumps(values, indent=indent, allow_nan=True).encode(), BATCH)
    assert [json.dumps(json.loads(one)) for one in cut] == [json.dumps(value) for value in values]


@given(st.lists(JSON, max_size=6))
def test_lines_are_cut_at_their_ends(values):
    body = "\r\n\n".join(json.dumps(value) for value in values).encode()
    assert split(body, LINES) == [json.dumps(value).encode() for value in values]


def test_a_bad_line_stays_a_line():
    assert split(b'{"id": 1}\n{bad\n\n  \n{"id": 2}\n', LINES) == [b'{"id": 1}', b"{bad", b'{"id": 2}']


def test_a_bad_text_stays_in_its_event():
    assert split(b'[{"id": "\xff"}, {"id": 2}]', BATCH) == [b'{"id": "\xff"}', b'{"id": 2}']


def test_one_event_is_one():
    assert split(b' {"id": 1} ', ONE) == [b' {"id": 1} ']
    assert split(b'{"id": NaN}', ONE) == [b'{"id": NaN}']


def test_plain_json_is_one_or_a_batch():
    assert split(b'{"id": 1}', "application/json") == [b'{"id": 1}']
    assert split(b' [{"id": 1}, {"id": 2}]', "application/json") == [b'{"id": 1}', b'{"id": 2}']


NO_ARRAY = [b"", b"{}", b'{"id": 1}', b"null", b"x", b"[", b"[1", b"[1,", b"[1,]", b"[1 2]", b"[1]x", b"[1]]", b"[,]"]
HOSTILE = [b"[" * 100_000, b'["\\ud800', b"\xef\xbb\xbf[1]", b"[" + b"9" * 5000 + b"x]", b'[NaN, "\xff"]']


@pytest.mark.parametrize("body", [*NO_ARRAY, *HOSTILE])
def test_a_body_that_is_no_array_is_malformed(body):
    with pytest.raises(MalformedBody):
        split(body, BATCH)


@pytest.mark.parametrize("body", [b"{", b'{"id": }', b"{} {}", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_not_one_value_is_malformed(body):
    with pytest.raises(MalformedBody):
        split(body, ONE)


@pytest.mark.parametrize(("media_type", "separator", "ends"), [(BATCH, b",", (b"[", b"]")), (LINES, b"\n", (b"", b""))])
def test_a_call_holds_ten_thousand(media_type, separator, ends):
    def body(number: int) -> bytes:
        return ends[0] + separator.join([b"{}"] * number) + ends[1]

    assert len(split(body(MAX_EVENTS), media_type)) == MAX_EVENTS
    with pytest.raises(TooManyEvents):
        split(body(MAX_EVENTS + 1), media_type)
