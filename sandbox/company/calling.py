"""A small client of the sandbox: forms in, JSON out, one kept connection."""

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, urlsplit

import orjson

Json = dict[str, Any]
TIMEOUT = 600
"""Seconds: a move of the clock answers only when all that was due is done."""


class Refused(Exception):
    """An error answer: `status`, and Stripe's `code` and `kind` (its type) where the body has them."""

    def __init__(self, status: int, what: str, body: bytes) -> None:
        error = _error(body)
        self.status, self.code, self.kind = status, error.get("code"), error.get("type")
        super().__init__(f"{what}: {status} {error.get('message', body[:200])} (param {error.get('param')})")


def _error(body: bytes) -> Json:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    found = answer.get("error", {}) if isinstance(answer, dict) else {}
    return found if isinstance(found, dict) else {}


class Client:
    """Talks to the sandbox at `url` with the secret key `key`. Not for several threads."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=TIMEOUT)
        self.headers = {"Authorization": f"Bearer {key}"}
        self.calls = 0

    def get(self, path: str, **params: Any) -> Json:
        query = "&".join(pairs(params))
        return self._json("GET", f"/v1/{path}?{query}" if query else f"/v1/{path}")

    def post(self, path: str, **params: Any) -> Json:
        form = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return self._json("POST", f"/v1/{path}", "&".join(pairs(params)).encode(), form)

    def delete(self, path: str, **params: Any) -> Json:
        query = "&".join(pairs(params))
        return self._json("DELETE", f"/v1/{path}?{query}" if query else f"/v1/{path}")

    def send(self, url: str, **fields: str) -> int:
        """A form sent on one of the sandbox's pages, as a browser would; the status of the answer."""
        self.calls += 1
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", urlsplit(url).path, "&".join(pairs(fields)).encode(), form)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def control(self, name: str, body: Json | None = None) -> Json:
        """A control of the sandbox's own: GET, or POST where there is a body."""
        raw = orjson.dumps(body) if body is not None else None
        return self._json("POST" if raw else "GET", f"/_sandbox/{name}", raw, {"Content-Type": "application/json"})

    def dump(self) -> Iterator[Json]:
        """All objects, in the order of their creation."""
        self.connection.request("GET", "/_sandbox/dump")
        answer = self.connection.getresponse()
        for line in answer:
            yield orjson.loads(line)
        self.close()

    def close(self) -> None:
        """Ends the connection; the next call makes another."""
        self.connection.close()

    def _json(self, method: str, path: str, body: bytes | None = None, headers: Json | None = None) -> Json:
        self.calls += 1
        self.connection.request(method, path, body, headers or self.headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        if answer.status >= 400:
            raise Refused(answer.status, f"{method} {path}", raw)
        decoded: Json = orjson.loads(raw)
        return decoded


def pairs(value: Any, name: str = "") -> Iterator[str]:
    """`name=value` pairs of a nested value, in Stripe's notation. None is left out; True is `true`."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from pairs(entry, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from pairs(entry, f"{name}[{index}]")
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"{quote_plus(name, safe='[]')}={quote_plus(text)}"
