"""The secret of a key exists in one answer: whoever reads the database cannot use it."""

import re

import pytest
from django.utils import timezone

from billing.models import ApiKey
from billing.models.api_key import digest
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("live", "prefix"), [(True, "ch_live_"), (False, "ch_test_")])
def test_its_secret_says_its_mode_and_has_256_random_bits(live: bool, prefix: str) -> None:
    issued = ApiKey.issue(live=live, name="Shop")
    assert re.fullmatch(prefix + r"[A-Za-z0-9_-]{43}", issued.secret)
    assert issued.key.live is live


def test_only_its_digest_and_last_letters_are_stored() -> None:
    issued = ApiKey.issue(live=False, name="Shop")
    row = ApiKey.objects.values().get()
    assert row["hashed_secret"] == digest(issued.secret)
    assert row["last_four"] == issued.secret[-4:]
    assert issued.secret not in str(row)
    assert issued.secret not in str(issued.key)


def test_it_is_found_by_its_secret_alone() -> None:
    issued = ApiKey.issue(live=False, name="Shop")
    ApiKey.issue(live=False, name="Other")
    assert ApiKey.objects.get(hashed_secret=digest(issued.secret)) == issued.key
    assert not ApiKey.objects.filter(hashed_secret=digest(issued.secret + "x")).exists()


def test_no_two_are_alike() -> None:
    issued = [ApiKey.issue(live=False, name="Shop") for _ in range(20)]
    assert len({one.secret for one in issued}) == len({one.key.public_id for one in issued}) == 20


def test_the_digest_is_sha_256() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_it_is_nobodys_until_it_is_said_whose() -> None:
    organization = OrganizationFactory()
    ours = ApiKey.issue(live=False, name="a").key
    theirs = ApiKey.issue(live=False, name="b", organization=organization, scopes=["billing:read"]).key
    assert (ours.organization, ours.scopes, ours.expires_at, ours.revoked_at) == (None, [], None, None)
    assert list(organization.api_keys.all()) == [theirs]


def test_the_look_up_takes_one_way_for_all(django_assert_num_queries) -> None:
    """Unknown, malformed, revoked and usable secrets: one query by digest each, whatever they look like."""
    usable = ApiKey.issue(live=False, name="a")
    revoked = ApiKey.issue(live=False, name="b", revoked_at=timezone.now())
    expected = {usable.secret: usable.key, revoked.secret: revoked.key}
    for secret in (
        *expected,
        "ch_test_unknown",
        "",
        "ch_test_" + "x" * 10_000,
        usable.secret[:-1],
        usable.key.hashed_secret,
    ):
        with django_assert_num_queries(1) as queries:
            assert ApiKey.objects.with_secret(secret) == expected.get(secret)
        assert digest(secret) in queries[0]["sql"]


def test_a_key_and_its_successors_are_one_line() -> None:
    first = ApiKey.issue(live=False, name="a").key
    second = ApiKey.issue(live=False, name="a", replaces=first, family=first.line).key
    third = ApiKey.issue(live=False, name="a", replaces=second, family=second.line).key
    assert {key.line for key in (first, second, third)} == {first.public_id}
    assert [key.successor for key in ApiKey.objects.order_by("id")] == [second, third, None]
    assert ApiKey.issue(live=False, name="b").key.line != first.line
