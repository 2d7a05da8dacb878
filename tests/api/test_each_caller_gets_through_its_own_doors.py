"""S02: every route and method, asked by everybody who might ask; what each gets is written down here.

`.` is through the door (whatever is said behind it), else the code of the refusal:
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from billing.api.views import ApiView, PublicView
from billing.domain.permissions import Role
from billing.domain.scopes import OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, Membership, Organization, User
from tests.api.calls import Api
from tests.config.capturing import written
from tests.factories import MembershipFactory, OrganizationFactory, api_key

pytestmark = pytest.mark.django_db

CODES = {
    "a": (401, "authentication_required"),
    "v": (401, "api_key_revoked"),
    "e": (401, "api_key_expired"),
    "s": (403, "missing_scope"),
    "r": (403, "role_forbidden"),
    "t": (403, "staff_only"),
    "p": (403, "staff_permission_missing"),
    "n": (403, "no_organization"),
    "u": (403, "people_only"),
    "o": (404, "organization_not_found"),
}
CALLERS = "owner admin billing viewer stranger nobody staff scopeless revoked expired installation".split()
"""stranger: an owner of another organization who names this one; staff: a session without any permission;
scopeless: the organization's own key without a scope."""

DOORS = """
                                      owner admin billing viewer stranger nobody staff scopeless revoked expired inst
POST   auth/logout                      .     .      .      .       .       a      .       .        v       e     .
GET    auth/me                          .     .      .      .       .       a      .       .        v       e     .
POST   billing/reconcile                t     t      t      t       t       a      p       t        v       e     .
GET    billing/reconcile/{id}           t     t      t      t       t       a      p       t        v       e     .
POST   organizations                    t     t      t      t       t       a      p       t        v       e     .
GET    organization                     .     .      .      .       o       a      n       s        v       e     .
PATCH  organization                     .     .      .      s       o       a      n       s        v       e     .
GET    api-keys                         .     .      r      r       o       a      n       s        v       e     .
POST   api-keys                         .     .      r      s       o       a      n       s        v       e     .
DELETE api-keys/{key}                   .     .      r      s       o       a      n       s        v       e     .
POST   api-keys/{key}/rotate            .     .      r      s       o       a      n       s        v       e     .
GET    memberships                      .     .      .      .       o       a      n       s        v       e     .
POST   memberships                      .     .      r      s       o       a      n       s        v       e     .
GET    memberships/{member}             .     .      .      .       o       a      n       s        v       e     .
PATCH  memberships/{member}             .     .      r      s       o       a      n       s        v       e     .
DELETE memberships/{member}             .     .      r      s       o       a      n       s        v       e     .
GET    billing/subscriptions            .     .      .      .       o       a      n       s        v       e     .
POST   billing/subscriptions            .     .      .      s       o       a      n       s        v       e     .
GET    billing/subscription             .     .      .      .       o       a      n       s        v       e     .
PUT    billing/subscription             .     .      .      s       o       a      n       s        v       e     .
DELETE billing/subscription             .     .      .      s       o       a      n       s        v       e     .
POST   billing/subscription/preview     .     .      .      .       o       a      n       s        v       e     .
POST   billing/subscription/cancel      .     .      .      s       o       a      n       s        v       e     .
GET    billing/invoices                 .     .      .      .       o       a      n       s        v       e     .
GET    billing/invoices/{id}            .     .      .      .       o       a      n       s        v       e     .
GET    billing/payments                 .     .      .      .       o       a      n       s        v       e     .
GET    billing/payment-methods          .     .      .      .       o       a      n       s        v       e     .
POST   usage/events                     .     .      s      s       o       a      n       s        v       e     .
GET    usage/meters                     .     .      .      .       o       a      n       s        v       e     .
GET    usage/meters/{code}/query        .     .      .      .       o       a      n       s        v       e     .
GET    billing/usage/current            .     .      .      .       o       a      n       s        v       e     .
POST   agents/execute                   .     .      s      s       o       a      n       s        v       e     .
GET    audit/entries                    .     .     s      s       o       a      n      s        v       e     .
GET    audit/proof/{id}                 .     .     s      s       o       a      n      s        v       e     .
GET    approvals                        t     t     t      t       t       a      p      t        v       e     .
GET    approvals/{id}                   t     t     t      t       t       a      p      t        v       e     .
POST   approvals/{id}/approve           t     t     t      t       t       a      p      u        v       e     u
POST   approvals/{id}/decline           t     t     t      t       t       a      p      u        v       e     u
POST   billing/payments/{id}/refunds    t     t     t      t       t       a      p      t        v       e     .
GET    analytics/mrr                    t     t      t      t       t       a      p       t        v       e     .
GET    analytics/mrr/explain            t     t      t      t       t       a      p       t        v       e     .
GET    analytics/movements              t     t      t      t       t       a      p       t        v       e     .
GET    analytics/plans                  t     t      t      t       t       a      p       t        v       e     .
"""
LINES = [line.split() for line in DOORS.strip().splitlines()[1:]]
TABLE = {(method, path): dict(zip(CALLERS, marks, strict=True)) for method, path, *marks in LINES}


def person(role: Role, organization: Organization) -> Api:
    """Signed in by a session, which needs no password here."""
    membership = MembershipFactory(organization=organization, role=role, user=someone())
    return session(membership.user)


def someone(**fields: Any) -> User:
    return User.objects.create(email=f"somebody{User.objects.count()}@example.com", **fields)


def session(user: User, **headers: str) -> Api:
    caller = Api(**headers)
    caller.client.force_login(user)
    return caller


def stranger(organization: Organization) -> Api:
    membership = MembershipFactory(role=Role.OWNER, user=someone())
    return session(membership.user, **{"X-Organization": organization.public_id})


def key(organization: Organization | None, *scopes: str, **fields: Any) -> Api:
    return Api(api_key(organization, *scopes, **fields))


MAKE: dict[str, Callable[[Organization], Api]] = {
    **{role: lambda organization, role=role: person(role, organization) for role in Role},
    "stranger": stranger,
    "nobody": lambda _: Api(),
    "staff": lambda _: session(someone(is_staff=True)),
    "scopeless": lambda organization: key(organization),
    "revoked": lambda organization: key(organization, *OF_AN_ORGANIZATION, revoked_at=timezone.now()),
    "expired": lambda organization: key(organization, *OF_AN_ORGANIZATION, expires_at=timezone.now()),
    "installation": lambda organization: Api(api_key(None, *Scope), **{"X-Organization": organization.public_id}),
}


@pytest.fixture
def filled(organization: Organization) -> Callable[[str], str]:
    """The path with ids of the organization's own rows."""
    member = MembershipFactory(organization=organization, role=Role.VIEWER, user=someone())
    own = ApiKey.issue(live=False, name="x", organization=organization).key
    ids = {"key": own.public_id, "member": member.public_id, "id": "in_1", "code": "api_calls"}
    return lambda path: path.format(**ids)


@pytest.mark.parametrize(("method", "path"), list(TABLE), ids=lambda part: part)
def test_the_doors(organization: Organization, filled: Callable[[str], str], method: str, path: str) -> None:
    for name, mark in TABLE[method, path].items():
        caller = MAKE[name](organization)
        with written() as lines:
            answer = caller(method, filled(path), {})
        told = [(line["code"], line.get("problem")) for line in lines.named("request_finished")]
        if mark == ".":
            assert answer.status_code not in (401, 403), (name, answer.content)
            assert answer.status_code < 500, (name, answer.content)
            assert told[0][0] == answer.status_code
        else:
            assert (answer.status_code, answer.json()["code"]) == CODES[mark], (name, answer.content)
            assert told == [CODES[mark]]


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, type]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "cls"):
            yield route, pattern.callback.cls


def test_no_route_is_left_out() -> None:
    known = {(method, re.sub(r"{\w+}", "{}", path)) for method, path in TABLE}
    found = {
        (method.upper(), re.sub(r"<[^>]+>", "{}", route.removeprefix("api/v1/")))
        for route, view in routes()
        if route.startswith("api/v1/") and issubclass(view, ApiView) and not issubclass(view, PublicView)
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert found == known


@pytest.mark.parametrize(("method", "path"), [("PUT", "api-keys"), ("DELETE", "organization"), ("PATCH", "auth/me")])
def test_other_methods_open_nothing(organization: Organization, method: str, path: str) -> None:
    for name in CALLERS:
        answer = MAKE[name](organization)(method, path, {})
        assert answer.status_code in (401, 403, 404, 405), (name, answer.content)


def test_whose_organization_is_gone_gets_nowhere(organization: Organization) -> None:
    callers = [MAKE[name](organization) for name in ("owner", "installation")]
    own = key(organization, *OF_AN_ORGANIZATION)
    Organization.objects.update(deleted_at=timezone.now())
    assert [caller.get("organization").json()["code"] for caller in (*callers, own)] == [
        "no_organization",
        "organization_not_found",
        "organization_deleted",
    ]
    assert Membership.objects.exists()


def test_a_closed_account_opens_nothing(organization: Organization) -> None:
    caller = MAKE["owner"](organization)
    User.objects.update(is_active=False)
    assert caller.get("organization").json()["code"] == "authentication_required"


def test_two_organizations_of_the_table_are_two() -> None:
    first, second = OrganizationFactory(), OrganizationFactory()
    assert MAKE["owner"](first).get("organization").json()["id"] == first.public_id
    assert MAKE["owner"](second).get("organization").json()["id"] == second.public_id
