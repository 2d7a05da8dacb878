"""403 without the scope, the role or the staff's permission; and no view forgets to ask."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import URLPattern, URLResolver, get_resolver
from knox.models import AuthToken

from billing.api.permissions import IsStaffPerson
from billing.api.views import ApiView, OrganizationView, PublicView, StaffView
from billing.domain.permissions import SCOPES_OF, Role
from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope
from billing.models import Organization
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, UserFactory, api_key

READS = ["organization", "api-keys", "memberships", "billing/subscriptions", "billing/invoices", "billing/payments"]
WRITES = [
    ("POST", "billing/subscriptions"),
    ("PUT", "billing/subscription"),
    ("DELETE", "billing/subscription"),
    ("POST", "billing/subscription/cancel"),
    ("PATCH", "organization"),
    ("POST", "api-keys"),
    ("DELETE", "api-keys/key_1"),
]


def views(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "cls"):
            yield pattern.callback.cls


def member(role):
    membership = MembershipFactory(role=role)
    _, token = AuthToken.objects.create(user=membership.user)
    return membership.organization, Api(token)


@pytest.mark.django_db
@pytest.mark.parametrize("path", READS)
def test_reading_needs_the_reading_scope(organization, path):
    problem(Api(api_key(organization, "billing:write", "usage:read")).get(path), 403, "missing_scope")


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_writing_needs_the_writing_scope(organization, method, path):
    document = problem(Api(api_key(organization, "billing:read"))(method, path), 403, "missing_scope")
    assert "billing:write" in document["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_viewer_reads_only(method, path):
    _, caller = member(Role.VIEWER)
    assert caller.get("billing/invoices").status_code == 200
    problem(caller(method, path, {}), 403, "missing_scope")


@pytest.mark.django_db
def test_keys_are_for_owners_and_admins():
    for role, allowed in ((Role.OWNER, True), (Role.ADMIN, True), (Role.BILLING, False)):
        _, caller = member(role)
        if allowed:
            assert caller.get("api-keys").status_code == 200
            assert caller.post("api-keys", {"name": "ci", "scopes": ["billing:read"]}).status_code == 201
        else:
            problem(caller.get("api-keys"), 403, "role_forbidden")
            problem(caller.post("api-keys", {"name": "ci", "scopes": ["billing:read"]}), 403, "role_forbidden")


@pytest.mark.django_db
def test_registering_is_for_staff(organization):
    body = {"name": "New", "email": "new@example.com"}
    problem(Api(api_key(organization, *OF_AN_ORGANIZATION)).post("organizations", body), 403, "staff_only")
    problem(Api(api_key(None, "billing:read")).post("organizations", body), 403, "missing_scope")
    _, caller = member(Role.OWNER)
    problem(caller.post("organizations", body), 403, "staff_only")
    assert Organization.objects.count() == 2


@pytest.mark.django_db
def test_staff_need_the_permission(sandbox):
    user = UserFactory(is_staff=True)
    _, token = AuthToken.objects.create(user=user)
    problem(Api(token).post("organizations", {}), 403, "staff_permission_missing")
    user.user_permissions.add(Permission.objects.get(codename="add_organization"))
    problem(Api(token).post("organizations", {}), 400, "validation_error")


def test_every_role_has_its_scopes():
    assert set(SCOPES_OF) == set(Role)
    assert all(scopes <= OF_AN_ORGANIZATION for scopes in SCOPES_OF.values())
    assert {Scope.ANALYTICS_READ, Scope.METRICS_READ} == INSTALLATION_ONLY


def test_every_method_of_every_view_names_its_scope():
    missing = [
        f"{view.__name__}.{method}"
        for view in set(views())
        if issubclass(view, OrganizationView | StaffView)
        if IsStaffPerson not in view.permission_classes  # no key comes that far, whatever its scopes
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method) and method.upper() not in {**getattr(view, "needs", {}), **getattr(view, "scopes", {})}
    ]
    assert missing == []


def test_only_these_views_are_open_to_anybody():
    ours = {view for view in views() if issubclass(view, ApiView)}
    assert {view.__name__ for view in ours if issubclass(view, PublicView)} == {
        "BillingHealthView",
        "FeaturesView",
        "HealthView",
        "LoginView",
        "PaymentHealthView",
        "PlansView",
    }
    assert all(view.permission_classes for view in ours if not issubclass(view, PublicView))
