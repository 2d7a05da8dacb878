"""Posting to webhook endpoints over connections that are kept open."""

import contextlib
import http.client
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 20


class Poster:
    """One per sender thread; keeps one connection per endpoint's host."""

    def __init__(self) -> None:
        self._open: dict[str, http.client.HTTPConnection] = {}

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str | None:
        """None when answered 2xx, else what went wrong. A connection that had gone stale is opened anew once."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        for fresh in (host not in self._open, True):
            try:
                return self._exchange(host, path, body, headers)
            except (OSError, ValueError, http.client.HTTPException) as broken:
                self._drop(host)
                if fresh:
                    return f"{type(broken).__name__}: {broken}"
        return "unreachable"

    def _exchange(self, host: str, path: str, body: bytes, headers: dict[str, str]) -> str | None:
        connection = self._open.get(host)
        if connection is None:
            scheme, _, address = host.partition("://")
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            connection = self._open[host] = kind(address, timeout=TIMEOUT_SECONDS)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.will_close:
            self._drop(host)
        return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"

    def _drop(self, host: str) -> None:
        connection = self._open.pop(host, None)
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
