"""Whoever rotates the key must not lock staff out, nor leave their secrets under the key that is to go."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from audit.sealed_columns import sealed_columns
from audit.sealing import is_sealed_with_newest
from billing.signin.sealed import SEALED_FIELDS
from tests.signin.people import browser, is_in, recovery_codes, sign_in, with_app

pytestmark = pytest.mark.django_db

NEW = "bmV3IGtleSBvZiB0aGlydHktdHdvIGJ5dGVzLi4uLi4="


def sealed() -> list[str]:
    found = Authenticator.objects.values_list("data", flat=True)
    return [data[name] for data in found for name in SEALED_FIELDS if name in data]


def rotate(settings: Any) -> None:
    """The new key first, then everything under it, then the old one goes."""
    settings.ENCRYPTION_KEYS = [NEW, *settings.ENCRYPTION_KEYS]
    call_command("rotate_encryption_key", "--json")
    settings.ENCRYPTION_KEYS = [NEW]


def test_the_column_is_known():
    assert "mfa_authenticator.data" in {column.name for column in sealed_columns()}


def test_a_code_and_a_recovery_code_still_sign_in(settings):
    user, secret = with_app()
    codes = recovery_codes(user)
    assert len(sealed()) == 2
    rotate(settings)
    assert all(is_sealed_with_newest(text) for text in sealed())
    assert recovery_codes(user) == codes
    client = browser()
    sign_in(client, user, secret)
    assert is_in(client)


def test_the_rest_of_the_row_stays(settings):
    user, _ = with_app()
    before = {row.pk: set(row.data) for row in Authenticator.objects.filter(user=user)}
    rotate(settings)
    assert {row.pk: set(row.data) for row in Authenticator.objects.filter(user=user)} == before
    assert json.dumps(sealed())
