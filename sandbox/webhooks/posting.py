"""Posting to webhook endpoints over connections that are kept open."""

import contextlib
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

EXCERPT = 200


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to: the status and the beginning of the body, or what went wrong on the way."""

    status: int | None = None
    response: str = ""
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Only 2xx counts, so a redirect is a failure."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def problem(self) -> str:
        return self.error or f"HTTP {self.status}"


class Poster:
    """One per sender thread; keeps one connection per endpoint's host. `timeout` is in seconds."""

    def __init__(self) -> None:
        self._open: dict[str, http.client.HTTPConnection] = {}

    def post(self, url: str, body: bytes, headers: dict[str, str], timeout: float) -> Outcome:
        """A connection that had gone stale is opened anew once."""
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        for fresh in (host not in self._open, True):
            try:
                return self._exchange(host, path, body, headers, timeout)
            except TimeoutError:
                self._drop(host)
                return Outcome(error=f"No answer within {timeout:g} seconds")
            except (OSError, ValueError, http.client.HTTPException) as broken:
                self._drop(host)
                if fresh:
                    return Outcome(error=f"{type(broken).__name__}: {broken}")
        return Outcome(error="unreachable")

    def _exchange(self, host: str, path: str, body: bytes, headers: dict[str, str], timeout: float) -> Outcome:
        connection = self._open.get(host)
        if connection is None:
            scheme, _, address = host.partition("://")
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            connection = self._open[host] = kind(address, timeout=timeout)
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read(65_536)
        if answer.will_close or answer.read(1):
            self._drop(host)
        return Outcome(answer.status, text[:EXCERPT].decode("utf-8", "replace"))

    def _drop(self, host: str) -> None:
        connection = self._open.pop(host, None)
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()
