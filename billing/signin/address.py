"""The address that a request comes from, as far as it can be trusted."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NETWORK_OF_ONE_CLIENT = 64
"""Bits of an IPv6 address that a provider gives to one customer; the rest he changes at will."""


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our proxies saw (`NUM_PROXIES`), as the REST framework takes it.

    Without a proxy of ours `X-Forwarded-For` is whatever the caller writes, and is not read.
    """
    proxies = int(str(settings.REST_FRAMEWORK["NUM_PROXIES"]))
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    nearest: str | None = request.META.get("REMOTE_ADDR")
    return _valid(forwarded[-min(proxies, len(forwarded))]) if proxies and forwarded else _valid(nearest)


def counted_address(request: HttpRequest) -> str | None:
    """The address that failures are counted for: of IPv6 the network, else one client had millions of tries."""
    address = client_address(request)
    if address is None or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(ip_network(f"{address}/{NETWORK_OF_ONE_CLIENT}", strict=False).network_address)


def _valid(text: str | None) -> str | None:
    try:
        parsed = ip_address(text or "")
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
