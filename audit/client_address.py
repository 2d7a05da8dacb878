"""Where a request comes from, as limits, logs and the audit hold it."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.http import HttpRequest
from rest_framework.settings import api_settings

HOST_BITS = 64
"""Of an IPv6 address: a household gets at least a /64, so that one address of it is nobody."""


def client_address(request: HttpRequest) -> str:
    """The peer's address or, behind `NUM_PROXIES` proxies of ours, the one that the outermost of them saw; empty
    where that is no address.

    What the client itself wrote into `X-Forwarded-For` stands further left, and is not believed.
    """
    hops = [hop for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if not api_settings.NUM_PROXIES or not hops:
        return _text(request.META.get("REMOTE_ADDR", ""))
    return _text(hops[-min(api_settings.NUM_PROXIES, len(hops))])


def counted_as(address: str) -> str:
    """One text for all addresses of one IPv6 network."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        parsed = IPv6Address(int(parsed) >> HOST_BITS << HOST_BITS)
    return str(parsed or "unknown")


def _text(address: str) -> str:
    return str(_parsed(address.strip()) or "")


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """One value for all spellings. Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`."""
    bare = address.partition("]")[0].removeprefix("[") if address.startswith("[") else address
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
