"""A visitor of the sandbox's pages without a browser: sends forms, follows nothing."""

import urllib.error
import urllib.request
from typing import NamedTuple
from urllib.parse import urlencode


class Seen(NamedTuple):
    """An answer: `to` is where it redirects."""

    status: int
    text: str
    to: str
    headers: dict[str, str]
    body: bytes


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: object) -> None:
        """Redirects are looked at, not followed."""


_OPENER = urllib.request.build_opener(_Staying)


def look(url: str) -> Seen:
    return _answer(urllib.request.Request(url))  # noqa: S310 - the addresses are of our own process


def send(url: str, **fields: str) -> Seen:
    """A form sent by POST."""
    return _answer(urllib.request.Request(url, data=urlencode(fields).encode()))  # noqa: S310 - as above


def _answer(request: urllib.request.Request) -> Seen:
    try:
        with _OPENER.open(request, timeout=30) as answer:
            return _seen(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as refused:
        return _seen(refused.code, refused.read(), dict(refused.headers))


def _seen(status: int, body: bytes, headers: dict[str, str]) -> Seen:
    return Seen(status, body.decode("utf-8", "replace"), headers.get("Location", ""), headers, body)
