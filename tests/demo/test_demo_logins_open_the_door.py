"""`var/credentials.json` is the first thing that a newcomer tries: each login and each key in it must work."""

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.test import Client

from billing.domain.permissions import Role
from billing.domain.scopes import INSTALLATION_ONLY, OF_AN_ORGANIZATION, Scope
from billing.models import ApiKey, Membership, Organization, User
from billing.staff import RIGHTS, StaffGroup
from deploy.demo.access import CUSTOMER_USER, give_access, staff_address
from deploy.embedded.credentials import PRODUCT_KEYS
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


@pytest.fixture
def told(organization: Organization) -> dict:
    return give_access(organization)


def bearer(key: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {key}"}


def test_it_tells_what_the_launcher_writes_down(told: dict, organization: Organization):
    assert set(PRODUCT_KEYS) <= set(told)
    assert told["organization"] == organization.public_id
    assert {type(told[key]) for key in ("staff_api_key", "api_key", "organization")} == {str}


@pytest.mark.parametrize("group", StaffGroup)
def test_each_role_signs_in_by_the_password_and_has_its_rights(told: dict, group: StaffGroup):
    user = authenticate(HttpRequest(), username=staff_address(group), password=told["staff"]["password"])
    assert user is not None
    assert user.is_staff
    assert user.is_superuser is (group is StaffGroup.SUPERADMIN)
    assert [one.name for one in user.groups.all()] == [group.value]
    assert all(user.has_perm(right) for right in RIGHTS[group] if not right.startswith("view:"))


def test_the_one_that_is_shown_may_everything(told: dict):
    assert told["staff"]["username"] == "superadmin@example.com"
    client = Client()
    client.post("/admin/login/", told["staff"])
    assert client.get("/admin/").status_code == 200


def test_the_customer_signs_in_and_is_no_staff(told: dict, organization: Organization):
    user = authenticate(HttpRequest(), username=told["customer"]["username"], password=told["customer"]["password"])
    assert (user.email, user.is_staff, user.is_superuser) == (CUSTOMER_USER, False, False)
    assert Membership.objects.get(user=user).organization == organization
    assert Membership.objects.get(user=user).role == Role.OWNER


def test_the_customers_key_is_its_organizations(told: dict, organization: Organization):
    key = ApiKey.objects.get(name="Demo customer")
    assert key.organization == organization
    assert set(key.scopes) == {str(scope) for scope in OF_AN_ORGANIZATION}
    assert not set(key.scopes) & {str(scope) for scope in INSTALLATION_ONLY}
    assert Client().get("/api/v1/billing/invoices", **bearer(told["api_key"])).status_code == 200


def test_the_staffs_key_is_the_installations(told: dict):
    key = ApiKey.objects.get(name="Demo staff")
    assert key.organization is None
    assert set(key.scopes) == {str(scope) for scope in Scope}
    assert Client().get("/metrics", REMOTE_ADDR="203.0.113.7", **bearer(told["staff_api_key"])).status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="203.0.113.7", **bearer(told["api_key"])).status_code == 401


@pytest.mark.parametrize("key", ["api_key", "staff_api_key"])
def test_keys_are_of_the_test_mode(told: dict, key: str):
    assert told[key].startswith("ch_" + "test_")


def test_again_it_replaces_and_doubles_nothing(told: dict, organization: Organization):
    again = give_access(organization)
    assert (User.objects.count(), Membership.objects.count(), ApiKey.objects.count()) == (5, 1, 2)
    assert authenticate(HttpRequest(), **told["staff"]) is None
    assert authenticate(HttpRequest(), **again["staff"]) is not None
    assert Client().get("/api/v1/billing/invoices", **bearer(told["api_key"])).status_code == 401
    assert Client().get("/api/v1/billing/invoices", **bearer(again["api_key"])).status_code == 200


def test_no_secret_is_stored(told: dict):
    secrets = {told["staff"]["password"], told["api_key"], told["staff_api_key"]}
    kept = {str(value) for row in [*User.objects.values(), *ApiKey.objects.values()] for value in row.values()}
    assert not secrets & kept


def test_a_key_of_somebody_else_stays(organization: Organization):
    mine = ApiKey.issue(live=False, name="Mine", organization=organization, scopes=["billing:read"]).secret
    give_access(organization)
    assert Client().get("/api/v1/billing/invoices", **bearer(mine)).status_code == 200
