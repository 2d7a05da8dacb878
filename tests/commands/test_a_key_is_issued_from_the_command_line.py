"""`create_api_key`, beyond what tests/api/test_the_command_line_issues_keys.py shows: what is printed, and for whom."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from audit.models import AuditEntry
from billing.models import ApiKey
from billing.models.api_key import digest
from tests.commands.running import run
from tests.factories import START, OrganizationFactory

pytestmark = pytest.mark.django_db


def test_the_first_line_is_the_secret_and_nothing_else() -> None:
    lines = run("create_api_key", "Warehouse", "--scope", "usage:write").splitlines()
    key = ApiKey.objects.get(hashed_secret=digest(lines[0]))
    assert lines[1:] == [f"{key.public_id}, scopes usage:write. Not shown again."]


def test_json_is_one_object() -> None:
    made = json.loads(run("create_api_key", "Warehouse", "--scope", "usage:write", "--scope", "billing:read", "--json"))
    key = ApiKey.objects.get(public_id=made["id"])
    assert digest(made["secret"]) == key.hashed_secret
    assert (made["scopes"], made["expires_at"]) == (["billing:read", "usage:write"], None)


def test_its_end_is_told_in_json() -> None:
    made = json.loads(run("create_api_key", "Warehouse", "--expires-in-days", "30", "--json"))
    key = ApiKey.objects.get()
    assert made["expires_at"] == key.expires_at.isoformat()
    assert timedelta(days=29) < key.expires_at - timezone.now() <= timedelta(days=30)


def test_the_command_line_acts_as_the_system() -> None:
    run("create_api_key", "Warehouse")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind) == ("api_key.issued", "system")


@pytest.mark.parametrize("days", ["0", "-1"])
def test_a_key_that_has_ended_already_is_refused(days: str) -> None:
    with pytest.raises(CommandError, match="--expires-in-days is at least 1"):
        run("create_api_key", "Warehouse", f"--expires-in-days={days}")
    assert not ApiKey.objects.exists()


def test_an_organization_that_stripe_deleted_gets_none() -> None:
    gone = OrganizationFactory(deleted_at=START)
    with pytest.raises(CommandError, match=f"There is no organization {gone.public_id}"):
        run("create_api_key", "Warehouse", "--organization", gone.public_id)
    assert not ApiKey.objects.exists()


def test_a_key_is_rotated() -> None:
    old = json.loads(run("create_api_key", "Warehouse", "--scope", "usage:write", "--json"))
    new = json.loads(run("create_api_key", "--rotate", old["id"], "--overlap-hours", "1", "--json"))
    assert (new["replaces"], new["scopes"], new["expires_at"]) == (old["id"], ["usage:write"], None)
    rows = {row.public_id: row for row in ApiKey.objects.all()}
    assert rows[old["id"]].expires_at.isoformat() == new["replaced_ends_at"]
    assert timedelta(minutes=59) < rows[old["id"]].expires_at - timezone.now() <= timedelta(hours=1)
    assert (rows[new["id"]].name, rows[new["id"]].hashed_secret) == ("Warehouse", digest(new["secret"]))


def test_the_last_line_tells_the_old_ones_end() -> None:
    old = json.loads(run("create_api_key", "Warehouse", "--json"))
    lines = run("create_api_key", "--rotate", old["id"], "--expires-in-days", "30").splitlines()
    key = ApiKey.objects.get(hashed_secret=digest(lines[0]))
    assert key.expires_at is not None
    assert lines[2] == f"{old['id']} ends at {ApiKey.objects.get(public_id=old['id']).expires_at.isoformat()}."


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--rotate", "key_unknown"], "There is no API key key_unknown"),
        (["Other name", "--rotate", "KEY"], "are those of the old key"),
        (["--rotate", "KEY", "--scope", "usage:read"], "are those of the old key"),
        (["--rotate", "KEY", "--overlap-hours", "169"], "at most 7 days"),
        ([], "Give the key a name"),
    ],
)
def test_a_rotation_that_makes_no_sense_is_refused(words: list[str], complaint: str) -> None:
    old = json.loads(run("create_api_key", "Warehouse", "--json"))["id"]
    with pytest.raises(CommandError, match=complaint):
        run("create_api_key", *(old if word == "KEY" else word for word in words))
    assert ApiKey.objects.count() == 1
