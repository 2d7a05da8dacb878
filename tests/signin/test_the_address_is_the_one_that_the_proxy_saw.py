"""NUM_PROXIES says how much of X-Forwarded-For was written by proxies of ours; the rest is made up by the caller."""

from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.throttling import BaseThrottle

from audit.client_address import client_address
from billing.signin.address import counted_address


def request(nearest: str = "10.0.0.1", forwarded: str | None = None) -> Any:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=nearest, headers=headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "10.0.0.1"),
        (0, "1.1.1.1", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.9", "1.1.1.1"),
        (3, "1.1.1.1", "1.1.1.1"),
        (1, " , 1.1.1.1 ,", "1.1.1.1"),
        (1, "", "10.0.0.1"),
        (1, "not an address", ""),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
    ],
)
def test_it_counts_from_the_right(settings: Any, proxies: int, forwarded: str | None, expected: str):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    assert client_address(request(forwarded=forwarded)) == expected


@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize("forwarded", [None, "1.1.1.1", "6.6.6.6,1.1.1.1", "6.6.6.6,1.1.1.1,10.0.0.9"])
def test_it_is_the_one_that_the_rest_framework_limits(settings: Any, proxies: int, forwarded: str | None):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    asked = request(forwarded=forwarded)
    assert client_address(asked) == BaseThrottle().get_ident(asked)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
    ],
)
def test_failures_are_counted_for_a_client_not_for_each_of_its_addresses(address: str, counted: str | None):
    assert counted_address(request(address)) == counted
