"""Public ids of our own objects: a prefix and a UUIDv7 (RFC 9562), so that ids sort by their making."""

import os
import time
from uuid import UUID

COMMAND_KEY = "countinghouse_command"
"""In the metadata of what we made or changed at Stripe: the command that asked for it."""


def uuid7(milliseconds: int | None = None) -> UUID:
    """A UUID of version 7: 48 bits of Unix milliseconds, the rest random."""
    now = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    value = (now << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid7().hex}"


def new_organization_id() -> str:
    return new_id("org")


def new_membership_id() -> str:
    return new_id("mem")


def new_api_key_id() -> str:
    return new_id("key")


def new_command_id() -> str:
    return new_id("cmd")


def new_payment_id() -> str:
    return new_id("pay")


def new_reconciliation_id() -> str:
    return new_id("rec")


def new_approval_id() -> str:
    return new_id("apr")
