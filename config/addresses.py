"""Addresses as the log may hold them: the words of our routes and ids, and nothing else that somebody typed.

No query string, and no free text: a person's name has no form by which it could be taken out later.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

OTHER = "*"
_ID = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{1,64}", re.ASCII)  # every id of ours and of Stripe's has a digit
_WORD = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_VARIABLE = re.compile(r"<[^>]*>")


def path_of(request: HttpRequest) -> str:
    """`/api/v1/billing/invoices/in_1`; a part that is neither a word of a route nor an id is a `*`."""
    return "/".join(part if not part or part in _words() or _ID.fullmatch(part) else OTHER for part in _parts(request))


def route_of(request: HttpRequest) -> str:
    """The pattern that the address fits, empty where none does."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match else ""


def _parts(request: HttpRequest) -> list[str]:
    return request.path.split("/")


@cache
def _words() -> frozenset[str]:
    return frozenset(_words_of(get_resolver().url_patterns))


def _words_of(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        yield from _WORD.findall(_VARIABLE.sub("/", str(pattern.pattern)))
        if isinstance(pattern, URLResolver):
            yield from _words_of(pattern.url_patterns)
