"""The body of a call: nothing is inflated or read beyond the limit, and no body is taken for an empty one."""

import gzip
import zlib
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from billing.api.problem import Problem
from usage.api import body as reading
from usage.api.body import MAX_BODY_BYTES, read_body

LIMIT = f"A call's body is at most {MAX_BODY_BYTES} bytes, inflated too; send fewer events."


def request(body: bytes, encoding: str | None = None) -> WSGIRequest:
    headers = {} if encoding is None else {"Content-Encoding": encoding}
    sent = RequestFactory().generic("POST", "/", body, content_type="application/json", headers=headers)
    sent.META["CONTENT_LENGTH"] = str(len(body))
    return sent


def refusal(sent: WSGIRequest) -> Problem:
    with pytest.raises(Problem) as refused:
        read_body(sent)
    return refused.value


@pytest.mark.parametrize("encoding", [None, "identity", "Identity", " identity "])
def test_a_plain_body(encoding):
    assert read_body(request(b"[1]", encoding)) == b"[1]"


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " gzip "])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_a_compressed_body(encoding, level):
    assert read_body(request(gzip.compress(b"[1]", level), encoding)) == b"[1]"


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "x-gzip", "*", ""])
def test_another_encoding_is_told_which_there_is(encoding):
    refused = refusal(request(b"[]", encoding))
    assert (refused.code, refused.status_code) == ("unsupported_encoding", 415)
    assert str(refused.detail) == "Content-Encoding may be gzip, or absent."


@pytest.mark.parametrize("blank", [b"", b" ", b"\n\r\n\t"])
@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_blank_body_holds_no_event(blank, encoding):
    refused = refusal(request(gzip.compress(blank) if encoding else blank, encoding))
    assert (refused.code, refused.status_code, str(refused.detail)) == ("empty_body", 400, "The body holds no event.")


def test_a_body_without_a_length_is_not_taken_for_an_empty_one():
    sent = request(b"[]")
    del sent.META["CONTENT_LENGTH"]
    refused = refusal(sent)
    assert (refused.code, refused.status_code) == ("length_required", 411)
    assert "Send a Content-Length" in str(refused.detail)


@pytest.mark.parametrize("size", [MAX_BODY_BYTES - 1, MAX_BODY_BYTES])
@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_the_largest_body_is_taken_to_the_byte(size, encoding):
    body = b"x" * size
    assert len(read_body(request(gzip.compress(body, 1) if encoding else body, encoding))) == size


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_one_byte_more_is_not(encoding):
    body = b"x" * (MAX_BODY_BYTES + 1)
    refused = refusal(request(gzip.compress(body, 1) if encoding else body, encoding))
    assert (refused.code, refused.status_code, str(refused.detail)) == ("too_large", 413, LIMIT)


def test_a_bomb_is_inflated_no_further_than_the_limit(monkeypatch):
    """A gigabyte of zeros is a megabyte of gzip."""
    monkeypatch.setattr(reading, "MAX_BODY_BYTES", 1000)
    inflated = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, bits):
            self._member = real(bits)

        def __getattr__(self, name):
            return getattr(self._member, name)

        def decompress(self, data, most):
            inflated.append(self._member.decompress(data, most))
            return inflated[-1]

    monkeypatch.setattr(reading.zlib, "decompressobj", Watched)
    assert refusal(request(gzip.compress(b"\0" * 500_000)[:1000], "gzip")).code == "too_large"
    assert [len(part) for part in inflated] == [1001]


WHOLE = gzip.compress(b"[1]")
BROKEN = {
    "cut": WHOLE[:-1],
    "header alone": WHOLE[:10],
    "text after it": WHOLE + b"x",
    "a second member": WHOLE * 2,
    "a wrong checksum": WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:],
    "zlib without gzip": zlib.compress(b"[1]"),
    "plain text": b"[1]",
    "nothing": b"",
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_what_is_no_gzip_is_refused(case):
    refused = refusal(request(BROKEN[case], "gzip"))
    assert (refused.code, refused.status_code) == ("malformed_gzip", 400)


def test_a_client_that_still_sends_is_heard_out_a_while(monkeypatch):
    """Else it would see a broken connection in place of the answer; but nobody is heard without end."""
    monkeypatch.setattr(reading, "MAX_BODY_BYTES", 10)
    monkeypatch.setattr(reading, "_DRAINED_BYTES", 300_000)
    sent = request(b"")
    for size, left in ((1000, 0), (5_000_000, 5_000_000 - 11 - 4 * 65_536)):
        stream = BytesIO(b"x" * size)
        sent = request(b"x")
        sent._stream, sent._read_started = stream, False
        assert refusal(sent).code == "too_large"
        assert len(stream.read()) == left
