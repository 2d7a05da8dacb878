"""Encryption keys of tests, and a moment in which others are configured."""

from collections.abc import Sequence

import pytest

OLD, NEW, THIRD = ("a" * 43 + "=", "b" * 43 + "=", "c" * 43 + "=")


def configure(settings: pytest.FixtureRequest, keys: Sequence[str]) -> None:
    settings.ENCRYPTION_KEYS = list(keys)
