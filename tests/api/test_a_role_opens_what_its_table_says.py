"""Who may do what, as one table from the outside: a change of roles or scopes has to change it here as well."""

from itertools import pairwise

import pytest
from knox.models import AuthToken

from billing.domain.permissions import ADMINISTRATORS, SCOPES_OF, Role
from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope
from billing.models import User
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, OrganizationFactory, api_key

pytestmark = pytest.mark.django_db

TABLE = {
    # (method, path): the roles that get through the door
    ("GET", "organization"): "viewer billing admin owner",
    ("GET", "memberships"): "viewer billing admin owner",
    ("GET", "billing/subscriptions"): "viewer billing admin owner",
    ("GET", "billing/invoices"): "viewer billing admin owner",
    ("GET", "billing/payments"): "viewer billing admin owner",
    ("GET", "billing/payment-methods"): "viewer billing admin owner",
    ("GET", "billing/usage/current"): "viewer billing admin owner",
    ("GET", "usage/meters"): "viewer billing admin owner",
    ("GET", "api-keys"): "admin owner",
    ("HEAD", "api-keys"): "admin owner",
    ("HEAD", "organization"): "viewer billing admin owner",
    ("POST", "api-keys"): "admin owner",
    ("DELETE", "api-keys/key_1"): "admin owner",
    ("PATCH", "organization"): "billing admin owner",
    ("POST", "billing/subscriptions"): "billing admin owner",
    ("PUT", "billing/subscription"): "billing admin owner",
    ("DELETE", "billing/subscription"): "billing admin owner",
    ("POST", "billing/subscription/cancel"): "billing admin owner",
    ("POST", "billing/subscription/preview"): "viewer billing admin owner",
    ("POST", "usage/events"): "admin owner",
    ("POST", "agents/execute"): "admin owner",
    ("POST", "organizations"): "",
    ("GET", "analytics/mrr"): "",
    ("GET", "analytics/movements"): "",
}


def member(role: str, organization=None) -> Api:
    """Signed in, without a slow password."""
    user = User.objects.create(email=f"{role}@example.com")
    MembershipFactory(user=user, role=role, **({"organization": organization} if organization else {}))
    return Api(AuthToken.objects.create(user=user)[1])


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "path"), list(TABLE))
def test_the_door(method, path, role):
    answer = member(role)(method, path, {})
    if role in TABLE[method, path].split():
        assert answer.status_code not in (401, 403), answer.content
    else:
        assert answer.status_code == 403
        assert method == "HEAD" or answer.json()["code"] in ("missing_scope", "role_forbidden", "staff_only")


def test_roles_only_grow():
    ranks = [Role.VIEWER, Role.BILLING, Role.ADMIN, Role.OWNER]
    assert set(ranks) == set(SCOPES_OF)
    assert all(SCOPES_OF[low] <= SCOPES_OF[high] for low, high in pairwise(ranks))
    assert {role for role in ranks if Scope.AUDIT_READ in SCOPES_OF[role]} == ADMINISTRATORS


@pytest.mark.parametrize("role", list(Role))
def test_no_member_holds_what_is_the_installations(role):
    assert not SCOPES_OF[role] & INSTALLATION_ONLY


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BILLING])
def test_a_refused_role_is_told_which_it_takes(role):
    document = problem(member(role).get("api-keys"), 403, "role_forbidden")
    assert document["detail"] == f"Your role is {role}; this needs one of: admin, owner."


@pytest.mark.parametrize("missing", sorted(OF_AN_ORGANIZATION - {Scope.AUDIT_READ}))
def test_a_refused_key_is_told_which_scope_it_lacks(organization, missing):
    paths = {
        Scope.BILLING_READ: ("GET", "organization"),
        Scope.BILLING_WRITE: ("PATCH", "organization"),
        Scope.USAGE_READ: ("GET", "usage/meters"),
        Scope.USAGE_WRITE: ("POST", "usage/events"),
    }
    caller = Api(api_key(organization, *(OF_AN_ORGANIZATION - {missing})))
    document = problem(caller(*paths[missing]), 403, "missing_scope")
    assert document["detail"] == f"This needs the scope {missing}, which the caller does not have."


def test_a_role_is_that_of_the_organization_that_is_named():
    mine, theirs = OrganizationFactory(), OrganizationFactory()
    caller = member(Role.VIEWER, mine)
    MembershipFactory(user=User.objects.get(), organization=theirs, role=Role.OWNER)
    for organization, status in ((mine, 403), (theirs, 200)):
        answer = caller.patch("organization", {"locale": "de"}, X_Organization=organization.public_id)
        assert answer.status_code == status
    problem(caller.get("organization"), 400, "organization_required")


@pytest.mark.parametrize("path", ["organization", "billing/invoices", "usage/meters"])
def test_a_method_that_is_not_there_is_told_before_any_scope(organization, path):
    problem(Api(api_key(organization, Scope.AUDIT_READ))("PUT", path, {}), 405, "method_not_allowed")
