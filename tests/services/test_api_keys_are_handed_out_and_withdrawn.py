"""A key opens exactly what was asked for, is shown once, and its withdrawal is final."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey
from billing.models.api_key import digest
from billing.services import api_keys
from billing.services.api_keys import CannotIssueKey
from tests.factories import OrganizationFactory
from tests.services.one_account import logged, nothing_happened

pytestmark = pytest.mark.django_db


def issue(by: Actor, organization: Any = None, **fields: Any) -> Any:
    given = {"name": "Shop", "scopes": ["billing:read"], **fields}
    return api_keys.issue(organization=organization, by=by, **given)


@pytest.mark.parametrize(
    ("fields", "code", "detail"),
    [
        ({"name": ""}, "invalid_api_key_request", "a name that says where it is used"),
        ({"name": " \n"}, "invalid_api_key_request", "a name that says where it is used"),
        ({"scopes": []}, "invalid_api_key_request", "at least one scope of: billing:read, billing:write"),
        ({"scopes": ["everything"]}, "unknown_scope", "Unknown scopes: everything"),
        ({"scopes": ["billing:read", "b", "a"]}, "unknown_scope", "Unknown scopes: a, b"),
        ({"scopes": ["BILLING:READ"]}, "unknown_scope", "Unknown scopes: BILLING:READ"),
        ({"scopes": [""]}, "unknown_scope", "Unknown scopes"),
    ],
)
@pytest.mark.parametrize("of_an_organization", [False, True])
def test_useless_ones_are_refused(
    by: Actor, fields: dict[str, Any], code: str, detail: str, of_an_organization: bool
) -> None:
    with pytest.raises(CannotIssueKey, match=detail) as refusal:
        issue(by, OrganizationFactory() if of_an_organization else None, **fields)
    assert (refusal.value.code, refusal.value.status) == (code, 422)
    assert not ApiKey.objects.exists()
    assert nothing_happened()


@pytest.mark.parametrize("scope", sorted(INSTALLATION_ONLY))
def test_a_customers_key_may_not_see_other_customers(by: Actor, scope: str) -> None:
    with pytest.raises(CannotIssueKey, match="Only keys of the installation may have"):
        issue(by, OrganizationFactory(), scopes=["billing:read", scope])
    assert not ApiKey.objects.exists()
    assert issue(by, None, scopes=[scope]).key.scopes == [scope]


@pytest.mark.parametrize("scope", sorted(OF_AN_ORGANIZATION))
def test_the_others_it_may_have(by: Actor, scope: str) -> None:
    assert issue(by, OrganizationFactory(), scopes=[scope]).key.scopes == [scope]


def test_scopes_are_sorted_and_told_once(by: Actor) -> None:
    made = issue(by, scopes=iter(["usage:write", "billing:read", "usage:write"]))
    assert made.key.scopes == ["billing:read", "usage:write"]


def test_all_scopes_together(by: Actor) -> None:
    assert set(issue(by, scopes=Scope).key.scopes) == set(Scope)


@pytest.mark.parametrize(("live", "prefix"), [(True, "ch_live_"), (False, "ch_test_")])
def test_its_mode_is_the_installations(by: Actor, settings: Any, live: bool, prefix: str) -> None:
    settings.STRIPE_LIVE_MODE = live
    made = issue(by, name="  Shop ")
    assert made.secret.startswith(prefix)
    assert (made.key.live, made.key.name) == (live, "Shop")


def test_the_secret_is_in_the_result_alone(by: Actor) -> None:
    made = issue(by)
    stored = str(list(ApiKey.objects.values()) + list(AuditEntry.objects.values()))
    assert made.secret not in stored
    assert digest(made.secret) in stored
    assert digest(made.secret) not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize("expires", [None, timezone.now() + timedelta(days=30)])
def test_the_log_says_what_it_opens_and_until_when(expires: Any) -> None:
    organization = OrganizationFactory()
    made = issue(Actor(ActorKind.USER, "3"), organization, expires_at=expires)
    entry = logged("api_key.issued")
    assert entry.after == {"scopes": ["billing:read"], "expires_at": expires.isoformat() if expires else None}
    assert (entry.target_type, entry.target_id) == ("api_key", made.key.public_id)
    assert (entry.organization_id, entry.actor_kind) == (organization.pk, "user")


def test_a_revoked_one_is_useless_from_now_on(by: Actor) -> None:
    made, now = issue(by), timezone.now()
    api_keys.revoke(key=made.key, now=now, by=by)
    assert made.key.revoked_at == now
    assert not ApiKey.objects.usable(now=now).exists()
    assert logged("api_key.revoked").target_id == made.key.public_id


def test_a_second_withdrawal_changes_and_logs_nothing(by: Actor) -> None:
    made, now = issue(by), timezone.now()
    api_keys.revoke(key=made.key, now=now, by=by)
    stale = ApiKey(pk=made.key.pk, public_id=made.key.public_id)
    api_keys.revoke(key=stale, now=now + timedelta(days=1), by=by)
    assert stale.revoked_at == now
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1


def test_other_keys_stay(by: Actor) -> None:
    first, second = issue(by), issue(by)
    api_keys.revoke(key=first.key, now=timezone.now(), by=by)
    assert list(ApiKey.objects.usable(now=timezone.now())) == [second.key]
