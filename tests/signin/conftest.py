"""Signing in by the real steps: nothing here forces a login."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any, tmp_path: Path) -> None:
    """A second factor is required; hashing is cheap, for a safe hash takes a third of a second."""
    settings.STAFF_MFA_REQUIRED = True
    settings.STATIC_ROOT = str(tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.RATE_LIMIT_ENABLED = False
