"""Addresses of the sandbox's own pages.

Objects are stored with a place that no network knows (`.invalid` is reserved for that, RFC 2606), so that the same
requests give the same dump wherever the sandbox listens. What leaves the sandbox (answers, webhooks) names the
sandbox's public address instead.
"""

HERE = "https://sandbox.invalid"
_HERE = HERE.encode()


def page(path: str) -> str:
    """The stored address of a page; `path` starts with a slash."""
    return HERE + path


def published(body: bytes, public_url: str) -> bytes:
    """A body as it leaves: every stored address of a page becomes one that can be visited."""
    return body.replace(_HERE, public_url.encode()) if _HERE in body else body


def listening(host: str, port: int) -> str:
    """The public address where none is set: where the sandbox listens, seen from its own machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://{name}:{port}"
