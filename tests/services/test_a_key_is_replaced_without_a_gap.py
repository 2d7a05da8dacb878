"""A rotated key and its successor open the door side by side; then the old one has ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, Organization
from billing.models.api_key import IssuedKey
from billing.services import api_keys
from billing.services.api_keys import LONGEST_OVERLAP, CannotIssueKey, CannotRotateKey
from tests.factories import OrganizationFactory
from tests.services.one_account import logged

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def issued(by: Actor, **fields: Any) -> ApiKey:
    scopes = sorted(OF_AN_ORGANIZATION)
    return api_keys.issue(organization=OrganizationFactory(), name="Shop", scopes=scopes, by=by, **fields).key


def rotated(key: ApiKey, by: Actor, **fields: Any) -> IssuedKey:
    made = api_keys.rotate(key=key, now=fields.pop("now", timezone.now()), by=by, **fields)
    key.refresh_from_db()
    return made


def test_the_new_one_is_as_the_old_one_was(by: Actor) -> None:
    ends = timezone.now() + 90 * DAY
    old = issued(by, expires_at=ends)
    new = rotated(old, by).key
    for field in ("name", "scopes", "live", "organization_id"):
        assert getattr(new, field) == getattr(old, field)
    assert (new.expires_at, new.replaces, old.successor) == (ends, old, new)
    assert new.hashed_secret != old.hashed_secret


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(hours=24), LONGEST_OVERLAP])
def test_the_old_one_ends_with_the_overlap(by: Actor, overlap: timedelta) -> None:
    old, now = issued(by), timezone.now()
    new = rotated(old, by, overlap=overlap, now=now).key
    assert (old.expires_at, new.expires_at) == (now + overlap, None)
    usable = ApiKey.objects.usable(now=now + overlap - timedelta(microseconds=1))
    assert set(usable) == {old, new}
    assert list(ApiKey.objects.usable(now=now + overlap)) == [new]


def test_an_end_that_comes_sooner_stays(by: Actor) -> None:
    ends = timezone.now() + timedelta(hours=1)
    old = issued(by, expires_at=ends)
    assert rotated(old, by).key.expires_at == old.expires_at == ends


def test_the_new_one_lives_no_longer_than_it_may(by: Actor) -> None:
    soon = timezone.now() + DAY
    assert rotated(issued(by), by, expires_at=soon).key.expires_at == soon
    assert rotated(issued(by, expires_at=soon), by, expires_at=soon + DAY).key.expires_at == soon


@pytest.mark.parametrize("overlap", [LONGEST_OVERLAP + timedelta(seconds=1), timedelta(seconds=-1)])
def test_an_overlap_is_no_second_life(by: Actor, overlap: timedelta) -> None:
    with pytest.raises(CannotRotateKey, match="at most 7 days") as refusal:
        rotated(issued(by), by, overlap=overlap)
    assert refusal.value.code == "invalid_overlap"
    assert ApiKey.objects.count() == 1


def test_what_is_of_no_use_is_not_rotated(by: Actor) -> None:
    revoked, expired, replaced = issued(by), issued(by, expires_at=timezone.now() + DAY), issued(by)
    api_keys.revoke(key=revoked, now=timezone.now(), by=by)
    rotated(replaced, by)
    before = ApiKey.objects.count()
    for key, code in ((revoked, "api_key_revoked"), (expired, "api_key_expired"), (replaced, "api_key_rotated")):
        with pytest.raises(CannotRotateKey) as refusal:
            rotated(key, by, now=timezone.now() + 2 * DAY)
        assert (refusal.value.code, refusal.value.status) == (code, 409)
    assert ApiKey.objects.count() == before


def test_the_refusal_names_the_key_to_rotate_instead(by: Actor) -> None:
    first = issued(by)
    second = rotated(first, by).key
    with pytest.raises(CannotRotateKey, match=second.public_id):
        rotated(first, by)
    third = rotated(second, by).key
    assert [key.line for key in (first, second, third)] == [first.public_id] * 3


def test_it_is_logged_by_ids_alone(by: Actor) -> None:
    old = issued(by)
    made = rotated(old, by, reason="Left the company")
    entry = logged("api_key.rotated")
    assert entry.target_id == old.public_id
    assert entry.after == {"replaced_by": made.key.public_id, "expires_at": old.expires_at.isoformat()}  # type: ignore[union-attr]
    assert entry.reason == "Left the company"
    assert made.secret not in str(entry.after)


def test_a_refused_log_leaves_the_key_as_it_was(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    old = issued(by)

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(api_keys, "record", broken)
    with pytest.raises(RuntimeError, match="the log is full"):
        rotated(old, by)
    old.refresh_from_db()
    assert (old.expires_at, ApiKey.objects.count()) == (None, 1)


def test_a_revoked_successor_leaves_the_old_one_to_its_end(by: Actor) -> None:
    old = issued(by)
    new = rotated(old, by).key
    api_keys.revoke(key=new, now=timezone.now(), by=by)
    assert list(ApiKey.objects.usable(now=timezone.now())) == [old]


def test_a_deleted_organizations_key_is_not_usable(by: Actor) -> None:
    key = issued(by)
    assert list(ApiKey.objects.usable(now=timezone.now())) == [key]
    Organization.objects.update(deleted_at=timezone.now())
    assert not ApiKey.objects.usable(now=timezone.now()).exists()
    with pytest.raises(CannotRotateKey, match="was deleted in Stripe") as refusal:
        rotated(key, by)
    assert refusal.value.code == "organization_deleted"
    with pytest.raises(CannotIssueKey, match="was deleted in Stripe"):
        api_keys.issue(organization=Organization.objects.get(), name="x", scopes=["billing:read"], by=by)
