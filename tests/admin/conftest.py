"""Staff who are signed in, and a company to look at."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.admin.forced import forced_logins_are_confirmed
from tests.admin.scene import organization_with_everything, superuser


@pytest.fixture(autouse=True)
def _static_folder(settings: Any, tmp_path: Path) -> None:
    """Nothing is collected in tests; the folder only has to be there."""
    settings.STATIC_ROOT = str(tmp_path)


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    """A safe hash takes a third of a second, and nearly every test signs somebody in."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobody_is_asked_again() -> Iterator[None]:
    """These tests are about what pages do; tests/signin is about who may open them."""
    with forced_logins_are_confirmed():
        yield


@pytest.fixture
def company(db: None) -> SimpleNamespace:
    return organization_with_everything()


@pytest.fixture
def admin(db: None) -> Client:
    """Signed in with full rights."""
    client = Client()
    client.force_login(superuser())
    return client
