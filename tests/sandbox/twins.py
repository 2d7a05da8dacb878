# ruff: noqa: S310 - the address is of our own process
"""Comparing whole states, byte for byte."""

import re
import urllib.request

from tests.sandbox.scenes import Account

_KEY = re.compile(rb'"idempotency_key":"[0-9a-f-]{36}"')


def state_of(account: Account) -> bytes:
    """The dump as it is sent, but for the idempotency keys that the SDK makes up by chance."""
    with urllib.request.urlopen(f"{account.url}/_sandbox/dump", timeout=60) as answer:
        return _KEY.sub(b'"idempotency_key":"random"', answer.read())
