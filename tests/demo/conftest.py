from datetime import UTC, datetime

import pytest

from audit.actor import Actor
from billing.models import Organization
from billing.services import catalog
from deploy.demo.act import act, address
from deploy.demo.story import Step

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def step(verb: str, **details: object) -> Step:
    """A step of company 3."""
    return Step(AT, verb, 3, details)


def registered() -> Organization:
    assert act(step("register", name="Alder Foods", currency="eur", zone="Europe/Berlin", locale="de"))
    return Organization.objects.get(email=address(3))


@pytest.fixture
def offered(committing: str, sandbox: str, by: Actor) -> str:
    """A published catalog; the sandbox's base URL."""
    list(catalog.publish(catalog.shipped_catalog(), by=by))
    return sandbox


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    """Five passwords are hashed each time: by design that takes a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
