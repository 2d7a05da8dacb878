"""Foreign ids answer as unknown ones do, in reading, writing and naming; and the database itself sees to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from billing.domain.scopes import OF_AN_ORGANIZATION
from billing.models import ApiKey, Invoice, Subscription
from tests.api.calls import Api, problem
from tests.factories import MembershipFactory, OrganizationFactory, PaymentFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(subscribed, invoiced):
    organization = OrganizationFactory()
    subscribed(organization)
    invoiced(organization)
    PaymentFactory(organization=organization)
    return organization


def test_lists_hold_own_rows_alone(api, other):
    for path in ("billing/subscriptions", "billing/invoices", "billing/payments", "billing/payment-methods"):
        assert api.get(path).json()["data"] == []


def test_foreign_ids_are_unknown(api, other, subscribed, organization):
    subscribed(organization)
    invoice, subscription = other_invoice(other), other_subscription(other)
    problem(api.get(f"billing/invoices/{invoice}"), 404, "not_found")
    problem(api.get("billing/invoices/in_unknown"), 404, "not_found")
    problem(api.get(f"billing/subscription?subscription={subscription}"), 404, "no_subscription")
    problem(api.put(f"billing/subscription?subscription={subscription}", {"plan_id": "x"}), 404, "no_subscription")
    problem(api.delete(f"billing/subscription?subscription={subscription}"), 404, "no_subscription")
    problem(api.post(f"billing/subscription/cancel?subscription={subscription}"), 404, "no_subscription")
    preview = api.post(f"billing/subscription/preview?subscription={subscription}", {"plan_id": "x"})
    problem(preview, 404, "no_subscription")


def other_invoice(organization):
    return Invoice.objects.get(organization=organization).stripe_id


def other_subscription(organization):
    return Subscription.objects.get(organization=organization).stripe_id


def test_foreign_keys_cannot_be_revoked(api, other):
    api_key(other, "billing:read")
    key = ApiKey.objects.get(organization=other)
    problem(api.delete(f"api-keys/{key.public_id}"), 404, "not_found")
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_key_cannot_name_another_organization(api, organization, other):
    problem(api.get("organization", **{"X-Organization": other.public_id}), 404, "organization_not_found")
    problem(api.get("organization", **{"X-Organization": "org_unknown"}), 404, "organization_not_found")
    assert api.get("organization", **{"X-Organization": organization.public_id}).status_code == 200


def test_a_member_of_several_names_one(other):
    user = MembershipFactory().user
    mine = MembershipFactory(user=user).organization
    _, token = AuthToken.objects.create(user=user)
    caller = Api(token)
    problem(caller.get("organization"), 400, "organization_required")
    problem(caller.get("organization", **{"X-Organization": other.public_id}), 404, "organization_not_found")
    assert caller.get("organization", **{"X-Organization": mine.public_id}).json()["id"] == mine.public_id


def test_a_key_of_the_installation_names_its_customer(staff_api, other):
    problem(staff_api.get("organization"), 400, "organization_required")
    problem(staff_api.get("organization", **{"X-Organization": "org_unknown"}), 404, "organization_not_found")
    answer = staff_api.get("billing/invoices", **{"X-Organization": other.public_id})
    assert len(answer.json()["data"]) == 1


def test_an_organization_that_stripe_deleted_is_gone(other, staff_api):
    other.deleted_at = other.created_at
    other.save()
    problem(staff_api.get("organization", **{"X-Organization": other.public_id}), 404, "organization_not_found")


@pytest.mark.parametrize(
    "path", ["billing/subscription", "billing/subscriptions", "billing/invoices", "billing/payments", "organization"]
)
def test_reads_run_as_the_customers_role(organization, subscribed, path):
    subscribed(organization)
    caller = Api(api_key(organization, *OF_AN_ORGANIZATION))
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(path).status_code == 200
    statements = [query["sql"] for query in queries]
    taken = next(i for i, sql in enumerate(statements) if "set_config('role', 'app_customer'" in sql)
    given_back = next(i for i, sql in enumerate(statements) if "set_config('role', 'none'" in sql)
    outside = statements[:taken] + statements[given_back:]
    tables = ("billing_subscription", "billing_invoice", "billing_payment", "billing_price", "billing_plan")
    assert not [sql for sql in outside if any(table in sql for table in tables)]
