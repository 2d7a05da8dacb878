"""`reset_second_factor`: for somebody who has lost the phone, the keys and the codes."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError
from knox.models import AuthToken

from audit.models import AuditEntry
from tests.commands.running import run
from tests.signin.people import add_app, browser, enter_password, is_in, member_of_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_MFA_REQUIRED = True


def test_all_is_taken_away_and_all_sessions_end():
    user, client = member_of_staff(), browser()
    enter_password(client, user)
    add_app(client)
    AuthToken.objects.create(user=user)
    assert "Removed: Recovery codes, TOTP Authenticator." in run("reset_second_factor", user.email.upper())
    assert not Authenticator.objects.exists()
    assert not AuthToken.objects.exists()
    assert not is_in(client)
    entries = AuditEntry.objects.filter(action="staff.second_factor_removed", target_id=str(user.pk))
    assert {entry.after["kind"] for entry in entries} == {"Recovery codes", "TOTP Authenticator"}
    assert {entry.actor_kind for entry in entries} == {"system"}


def test_others_keep_theirs():
    other, client = member_of_staff(), browser()
    enter_password(client, other)
    add_app(client)
    assert "nothing, there was none" in run("reset_second_factor", member_of_staff().email)
    assert Authenticator.objects.filter(user=other).exists()
    assert is_in(client)


def test_an_unknown_person_is_said():
    with pytest.raises(CommandError, match="Nobody has this mail address"):
        run("reset_second_factor", "nobody@example.com")
