"""The raw body of a call: read to a limit, inflated to a limit."""

import zlib

from django.http import HttpRequest

from billing.api.problem import Problem

MAX_BODY_BYTES = 10 * 1024 * 1024
"""Of the body as sent, and of what it inflates to."""

_DRAINED_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


def read_body(request: HttpRequest) -> bytes:
    """The whole body, inflated where it is gzip.

    Raises Problem: `length_required`, `empty_body`, `too_large`, `unsupported_encoding` or `malformed_gzip`.
    """
    if "Content-Length" not in request.headers:
        # WSGI shows a body of unknown length as an empty one: usage would be lost without a word
        raise Problem("length_required", "Send a Content-Length; a chunked body cannot be read.", 411)
    body = _decoded(_read(request), request.headers.get("Content-Encoding", "identity").strip().lower())
    if not body.strip():
        raise Problem("empty_body", "The body holds no event.")
    return body


def _read(request: HttpRequest) -> bytes:
    body: bytes = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        _drain(request)
        raise _too_large()
    return body


def _drain(request: HttpRequest) -> None:
    """Read on a while: a client that is still sending would see a broken pipe in place of the answer."""
    for _ in range(_DRAINED_BYTES // _CHUNK_BYTES):
        if not request.read(_CHUNK_BYTES):
            return


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise Problem("unsupported_encoding", "Content-Encoding may be gzip, or absent.", 415)
    try:
        return _inflated(body)
    except zlib.error as error:
        raise Problem("malformed_gzip", f"The body is not gzip: {error}") from None


def _inflated(body: bytes) -> bytes:
    """One gzip member, no further than the limit; what follows it would need unbounded work to walk through."""
    member = zlib.decompressobj(_GZIP)
    inflated = member.decompress(body, MAX_BODY_BYTES + 1)
    if len(inflated) > MAX_BODY_BYTES:
        raise _too_large()
    if not member.eof or member.unused_data:
        raise Problem("malformed_gzip", "Send one complete gzip member and nothing after it.")
    return inflated


def _too_large() -> Problem:
    limit = f"A call's body is at most {MAX_BODY_BYTES} bytes, inflated too; send fewer events."
    return Problem("too_large", limit, 413)
