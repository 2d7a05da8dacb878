"""Addresses that are given to the sandbox, to be linked or redirected to."""

from urllib.parse import urlsplit

from sandbox.protocol.errors import invalid


def web_url(value: object, path: str) -> str:
    """A parameter kind: http or https with a host, at most 5,000 characters, no control characters or spaces."""
    try:
        parts = urlsplit(value) if isinstance(value, str) and len(value) <= 5000 else None
        host = parts.hostname if parts else None
    except ValueError:
        parts = host = None
    if parts is None or not host or parts.scheme not in ("http", "https") or not str(value).isprintable():
        raise invalid("Not a valid URL", path, "url_invalid")
    if " " in str(value):
        raise invalid("Not a valid URL", path, "url_invalid")
    return str(value)
