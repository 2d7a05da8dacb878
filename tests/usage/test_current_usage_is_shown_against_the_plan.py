"""GET billing/usage/current: the period's usage, quotas and overages, exact to the second of the period."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from audit.actor import SYSTEM
from billing.domain.scopes import Scope
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, api_key
from tests.usage.plans import subscribe
from tests.usage.sending import NOW, count, event
from usage.store.meters import ensure_meter

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 4, 7, 13, 21, tzinfo=UTC)
END = START + timedelta(days=31)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def api(organization):
    return Api(api_key(organization, Scope.USAGE_READ))


def current(api):
    response = api.get("billing/usage/current")
    assert response.status_code == 200, response.content
    return response.json()


def test_usage_within_the_limit(api, organization):
    subscription = subscribe(organization, START, END, api_calls=1000)
    count(organization, event(1, value=250), event(2, value="0.5"))
    assert current(api) == {
        "current_period": {"start": "2026-03-04T07:13:21Z", "end": "2026-04-04T07:13:21Z"},
        "meters": [
            {
                "code": "api_calls",
                "value": "250.5",
                "included": "1000",
                "overage": "0",
                "amount": {"amount": 0, "currency": "usd"},
            }
        ],
        "quotas": [{"meter": "api_calls", "limit": "1000", "used": "250.5", "remaining": "749.5", "exceeded": False}],
        "grace_periods": [],
        "overages": [],
        "subscription": current(api)["subscription"],
        "estimate": {"amount": 0, "currency": "usd"},
    }
    shown = current(api)["subscription"]
    assert (shown["id"], shown["status"]) == (subscription.stripe_id, "active")
    assert shown["plan"]["name"].startswith("Plan")


def test_usage_over_the_limit(api, organization):
    subscribe(organization, START, END, api_calls=100)
    count(organization, event(1, value="100.000000000001"))
    shown = current(api)
    assert shown["meters"][0]["overage"] == "0.000000000001"
    assert shown["quotas"] == [
        {"meter": "api_calls", "limit": "100", "used": "100.000000000001", "remaining": "0", "exceeded": True}
    ]
    assert shown["overages"] == [
        {"meter": "api_calls", "quantity": "0.000000000001", "amount": {"amount": 0, "currency": "usd"}}
    ]


def test_the_limit_itself_may_be_used_up(api, organization):
    subscribe(organization, START, END, api_calls=100)
    count(organization, event(1, value=100))
    assert current(api)["quotas"][0]["exceeded"] is False
    assert current(api)["quotas"][0]["remaining"] == "0"


def test_the_period_is_exact_to_the_second(api, organization):
    subscribe(organization, START, END, api_calls=100)
    times = [START - timedelta(microseconds=1), START, START.replace(minute=0, second=0), START.replace(minute=59)]
    count(organization, *(event(n, value=10**n, time=time.isoformat()) for n, time in enumerate(times)))
    assert current(api)["meters"][0]["value"] == "1010"


def test_unlimited_is_null(api, organization):
    subscribe(organization, START, END, api_calls=None)
    count(organization, event(1, value=10**17))
    shown = current(api)
    assert (shown["meters"][0]["included"], shown["meters"][0]["overage"]) == (None, "0")
    assert (shown["quotas"][0]["limit"], shown["quotas"][0]["remaining"]) == (None, None)
    assert shown["quotas"][0]["used"] == "100000000000000000"


def test_a_meter_that_the_plan_does_not_name_has_no_quota(api, organization):
    ensure_meter(code="tokens", name="Tokens", event_type="llm", unit="token", by=SYSTEM)
    subscribe(organization, START, END, tokens=5)
    count(organization, event(1, value=3), event(2, value=7, type="llm"))
    shown = current(api)
    assert [(one["code"], one["value"], one["included"]) for one in shown["meters"]] == [
        ("api_calls", "3", None),
        ("tokens", "7", "5"),
    ]
    assert [one["meter"] for one in shown["quotas"]] == ["tokens"]
    assert [one["quantity"] for one in shown["overages"]] == ["2"]


def test_usage_with_a_price_has_no_amount_before_it_is_rated(api, organization):
    subscribe(organization, START, END, usage_type="metered", api_calls=1)
    count(organization, event(1, value=3))
    shown = current(api)
    assert shown["estimate"] is None
    assert shown["meters"][0]["amount"] is None
    assert shown["overages"][0]["amount"] is None


def test_without_a_subscription_the_calendar_month_of_the_zone_counts(meter):
    organization = OrganizationFactory(time_zone="America/New_York", currency="eur")
    count(organization, event(1, value=1, time="2026-03-01T04:59:59Z"), event(2, value=2, time="2026-03-01T05:00:00Z"))
    shown = current(Api(api_key(organization, Scope.USAGE_READ)))
    assert shown["current_period"] == {"start": "2026-03-01T05:00:00Z", "end": "2026-04-01T04:00:00Z"}
    assert shown["meters"][0]["value"] == "2"
    assert (shown["subscription"], shown["quotas"], shown["overages"]) == (None, [], [])
    assert shown["estimate"] == {"amount": 0, "currency": "eur"}


def test_the_usage_of_another_organization_is_not_shown(api, organization):
    count(OrganizationFactory(), event(1, value=1000))
    assert current(api)["meters"][0]["value"] == "0"


def test_the_number_of_statements_does_not_grow(api, organization, django_assert_max_num_queries):
    for number in range(5):
        ensure_meter(code=f"meter{number}", name="M", event_type=f"type{number}", unit="unit", by=SYSTEM)
    subscribe(organization, START, END, api_calls=100)
    with django_assert_max_num_queries(24):
        current(api)


def test_it_needs_a_key_with_the_scope(organization):
    problem(Api().get("billing/usage/current"), 401, "authentication_required")
    problem(Api(api_key(organization, Scope.USAGE_WRITE)).get("billing/usage/current"), 403, "missing_scope")


def test_the_alias_answers_too(organization):
    alias = Api(api_key(organization, Scope.USAGE_READ), prefix="/api/")
    assert alias.get("billing/usage/current").status_code == 200
