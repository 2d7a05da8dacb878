"""The address that failures to sign in are counted for."""

from django.http import HttpRequest

from audit.client_address import client_address, counted_as


def counted_address(request: HttpRequest) -> str | None:
    """Of IPv6 the network, else one client had millions of tries; None where the address is unknown."""
    address = client_address(request)
    return counted_as(address) if address else None
