"""S03: every write is sent every name of a column and of a field that there is, with hostile values. Unknown names are
ignored (callers spell in several ways); of what is not asked for, nothing changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from rest_framework import serializers

from billing.domain.permissions import Role
from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, IdempotencyRecord, Membership, Organization, StripeCommand, User
from tests.api.calls import Api
from tests.api.test_each_caller_gets_through_its_own_doors import TABLE
from tests.factories import (
    InvoiceFactory,
    MembershipFactory,
    OrganizationFactory,
    PaymentFactory,
    SubscriptionFactory,
    SubscriptionItemFactory,
    api_key,
)

OUR_APPS = ("billing", "usage", "analytics", "audit", "auth", "knox", "sessions")
WRITES = [pair for pair in TABLE if pair[0] != "GET" and not pair[1].startswith(("auth/", "organizations"))]
HOSTILE = [
    True,
    0,
    -1,
    10**12,
    "",
    "owner",
    "org_x",
    "2099-01-01T00:00:00Z",
    None,
    [],
    {},
    ["analytics:read"],
    {"id": 1},
]
WORKS = {
    # what makes each write do its work; the hostile names come beside it
    ("POST", "api-keys"): {"name": "ci", "scopes": ["billing:read"]},
    ("POST", "memberships"): {"email": "new@example.com", "role": "viewer"},
    ("PATCH", "memberships/{member}"): {"role": "billing"},
    ("PATCH", "organization"): {"locale": "de"},
    ("POST", "api-keys/{key}/rotate"): {"overlap": 60},
    ("POST", "agents/execute"): {"agentId": "a", "input": 1},
}


def serializers_of(base: type = serializers.Serializer) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from serializers_of(each)


def names() -> list[str]:
    """Every name of a column and of a serializer's field, as we write it and as its attribute is called."""
    found = {"hashed_secret", "organization_id", "user_id", "is_staff", "is_superuser", "live", "scopes", "pk"}
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS:
            found |= {name for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    for each in serializers_of():
        if each.__module__.split(".")[0] in OUR_APPS:
            found |= set(each._declared_fields)  # type: ignore[attr-defined]
    return sorted(found)


def bodies(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each hostile value under all names at once, but for those that the request is about."""
    for value in HOSTILE:
        yield {**dict.fromkeys(names(), value), **given}


@pytest.fixture
def scene(db: None) -> dict[str, Any]:
    """Ours and a stranger's rows."""
    rows = {}
    for whose in ("ours", "theirs"):
        organization = OrganizationFactory(currency="usd", balance=0)
        subscription = SubscriptionFactory(organization=organization)
        SubscriptionItemFactory(subscription=subscription)
        InvoiceFactory(organization=organization, subscription=subscription)
        PaymentFactory(organization=organization)
        member = MembershipFactory(organization=organization, role=Role.VIEWER, user=someone())
        owner = MembershipFactory(organization=organization, role=Role.OWNER, user=someone(), joined_at=timezone.now())
        key = ApiKey.issue(live=False, name="old", organization=organization, scopes=["billing:read"]).key
        rows[whose] = {
            "organization": organization,
            "subscription": subscription,
            "member": member,
            "owner": owner,
            "key": key,
        }
    return rows


def someone() -> User:
    return User.objects.create(email=f"somebody{User.objects.count()}@example.com")


def everything() -> dict[tuple[str, Any], dict[str, Any]]:
    """All rows of all our tables, by table and number."""
    return {
        (model._meta.label, row["id"]): row
        for model in apps.get_models()
        if model._meta.app_label in OUR_APPS and any(field.name == "id" for field in model._meta.concrete_fields)
        for row in model._default_manager.values()
    }


MAY_CHANGE = {
    # (method, path): columns of rows that are there which the write itself is about
    ("PATCH", "organization"): {"billing.Organization.locale", "billing.Organization.time_zone"},
    ("DELETE", "api-keys/{key}"): {"billing.ApiKey.revoked_at"},
    ("POST", "api-keys/{key}/rotate"): {"billing.ApiKey.expires_at"},
    ("PATCH", "memberships/{member}"): {"billing.Membership.role"},
}
ALWAYS = {"billing.ApiKey.last_used_at"}
PACE = "billing.StripePace"  # counts every request to Stripe
NEW_ROWS = {
    # what each write may make
    ("POST", "api-keys"): {"billing.ApiKey"},
    ("POST", "api-keys/{key}/rotate"): {"billing.ApiKey"},
    ("POST", "memberships"): {"billing.Membership", "billing.User"},
    ("DELETE", "billing/subscription"): {"billing.StripeCommand"},
    ("POST", "billing/subscription/cancel"): {"billing.StripeCommand"},
}
GONE = {("DELETE", "memberships/{member}"): {"billing.Membership"}}


def changed_columns(before: dict[Any, Any], after: dict[Any, Any]) -> set[str]:
    return {
        f"{label}.{column}"
        for (label, number), row in before.items()
        if (label, number) in after
        for column, value in row.items()
        if after[label, number][column] != value
    }


def caller(scene: dict[str, Any]) -> Api:
    """The customer's most powerful program."""
    return Api(api_key(scene["ours"]["organization"], *OF_AN_ORGANIZATION))


@pytest.mark.parametrize(("method", "path"), WRITES, ids=lambda part: part)
def test_nothing_else_changes(scene: dict[str, Any], method: str, path: str, sandbox: str) -> None:
    ours = scene["ours"]
    address = path.format(key=ours["key"].public_id, member=ours["member"].public_id, id="in_1", code="api_calls")
    asks = caller(scene)
    for body in bodies(WORKS.get((method, path), {})):
        before = everything()
        answer = asks(method, address, body)
        assert answer.status_code < 500, answer.content
        after = everything()
        changed = {one for one in changed_columns(before, after) - ALWAYS if not one.startswith(PACE)}
        assert changed <= MAY_CHANGE.get((method, path), set()), (answer.status_code, body)
        made = {label for label, _ in after.keys() - before.keys()} - {"audit.AuditEntry", PACE}
        assert made <= NEW_ROWS.get((method, path), set()), (answer.status_code, body)
        gone = {label for label, _ in before.keys() - after.keys()}
        assert gone <= GONE.get((method, path), set())
    own = ours["subscription"].stripe_id
    for command in StripeCommand.objects.all():
        assert (command.organization, command.parameters["id"]) == (ours["organization"], own)


def made_by(asks: Api, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = asks.post(path, body)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


FORGED = {
    "organization": "THEIRS",
    "organization_id": 1,
    "hashed_secret": "0" * 64,
    "secret": "ch_test_known",
    "live": True,
    "public_id": "key_mine",
    "id": "key_mine",
    "created_at": "1999-01-01T00:00:00Z",
    "last_used_at": "1999-01-01T00:00:00Z",
    "revoked_at": None,
    "replaces": "key_x",
    "family": "key_x",
    "user": 1,
    "user_id": 1,
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "password": "known",
    "groups": [1],
    "joined_at": "1999-01-01T00:00:00Z",
    "status": "active",
    "amount": 1,
    "balance": -(10**9),
    "stripe_customer_id": "cus_x",
}


def forged(scene: dict[str, Any], **given: Any) -> dict[str, Any]:
    theirs = scene["theirs"]["organization"]
    return {**FORGED, "organization": theirs.public_id, "organization_id": theirs.pk, **given}


def test_a_new_key_is_what_its_maker_may_make(scene: dict[str, Any]) -> None:
    body = forged(scene, name="ci", scopes=["billing:read"])
    made = made_by(caller(scene), "api-keys", body)
    key = ApiKey.objects.get(public_id=made["id"])
    assert made["secret"] != "ch_test_known"
    assert key.public_id != "key_mine"
    assert (key.organization, key.live, key.scopes) == (scene["ours"]["organization"], False, ["billing:read"])
    assert (key.replaces, key.family, key.last_used_at) == (None, "", None)
    assert (timezone.now() - key.created_at).total_seconds() < 60
    assert key.hashed_secret != "0" * 64


def test_a_rotated_key_keeps_its_scopes(scene: dict[str, Any]) -> None:
    body = forged(scene, overlap=60, scopes=sorted(OF_AN_ORGANIZATION), name="other", expires_at=None)
    made = made_by(caller(scene), f"api-keys/{scene['ours']['key'].public_id}/rotate", body)
    key = ApiKey.objects.get(public_id=made["id"])
    assert (key.name, key.scopes, key.organization) == ("old", ["billing:read"], scene["ours"]["organization"])


def test_a_new_member_is_nothing_more(scene: dict[str, Any]) -> None:
    made = made_by(caller(scene), "memberships", forged(scene, email="new@example.com", role="viewer"))
    membership = Membership.objects.get(public_id=made["id"])
    user = membership.user
    assert (membership.organization, membership.role) == (scene["ours"]["organization"], "viewer")
    assert membership.joined_at is None
    assert (user.is_staff, user.is_superuser, user.is_active, user.groups.count()) == (False, False, True, 0)
    assert not user.has_usable_password()


def test_a_membership_moves_nowhere(scene: dict[str, Any]) -> None:
    member = scene["ours"]["member"]
    answer = caller(scene).patch(f"memberships/{member.public_id}", forged(scene, role="billing"))
    assert answer.status_code == 200
    fresh = Membership.objects.get(pk=member.pk)
    assert (fresh.organization, fresh.user, fresh.role) == (member.organization, member.user, "billing")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true", '[{"is_staff": true}]'])
def test_a_body_that_is_no_object_is_refused(scene: dict[str, Any], method: str, body: str) -> None:
    asks = caller(scene)
    for path in ("api-keys", "memberships", "organization", "billing/subscription", "billing/subscriptions"):
        assert 400 <= asks(method, path, body).status_code < 500


def test_a_member_does_not_raise_himself(scene: dict[str, Any]) -> None:
    member = scene["ours"]["member"]
    asks = Api()
    asks.client.force_login(member.user)
    for body in ({"role": "owner"}, forged(scene, role="owner")):
        assert asks.patch(f"memberships/{member.public_id}", body).status_code == 403
    assert Membership.objects.get(pk=member.pk).role == Role.VIEWER


def test_the_names_are_all_there() -> None:
    assert {"hashed_secret", "organization_id", "is_superuser", "stripe_customer_id", "amount", "role"} <= set(names())
    assert len(names()) > 150
    assert WORKS.keys() <= set(WRITES)


def test_a_change_would_be_found(scene: dict[str, Any]) -> None:
    before = everything()
    Organization.objects.update(balance=5)
    IdempotencyRecord.objects.create(scope="x", key="y", request_hash="z", lease_until=timezone.now())
    after = everything()
    assert changed_columns(before, after) == {"billing.Organization.balance"}
    assert {label for label, _ in after.keys() - before.keys()} == {"billing.IdempotencyRecord"}
