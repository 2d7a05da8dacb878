"""POST agents/execute counts one call for its caller; over the plan's limit the answer says so (S1.31)."""

import pytest

from billing.domain.scopes import Scope
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, api_key
from tests.usage.plans import subscribe
from usage.models import Meter, UsageBucket, UsageEvent

pytestmark = pytest.mark.django_db
CALL = {"agentId": "agent-1", "input": {"question": "why"}}


def executing(organization) -> Api:
    return Api(api_key(organization, Scope.USAGE_WRITE))


def test_a_call_is_counted_and_answered(organization):
    response = executing(organization).post("agents/execute", CALL)
    assert response.status_code == 200, response.content
    body = response.json()
    assert (body["agentId"], body["output"]) == ("agent-1", {"question": "why"})
    stored = UsageEvent.objects.get()
    assert (stored.organization, stored.event_id, stored.value) == (organization, body["id"], 1)
    assert "question" not in str(stored.data)


def test_the_warning_comes_with_the_first_call_over_the_limit(organization):
    subscribe(organization, api_calls=2)
    api = executing(organization)
    warnings = [api.post("agents/execute", CALL).headers.get("X-Quota-Warning") for _ in range(4)]
    assert warnings == [None, None, "true", "true"]


def test_over_the_limit_calls_are_still_served_and_counted(organization):
    subscribe(organization, api_calls=0)
    response = executing(organization).post("agents/execute", CALL)
    assert response.status_code == 200
    assert response["X-Quota-Warning"] == "true"
    assert "X-Grace-Period-Expires" not in response
    assert UsageBucket.objects.get().total == 1


@pytest.mark.parametrize("limits", [{"api_calls": None}, {"tokens": 0}, {}])
def test_without_a_limit_there_is_no_warning(organization, limits):
    subscribe(organization, **limits)
    assert "X-Quota-Warning" not in executing(organization).post("agents/execute", CALL)


def test_the_usage_of_another_organization_does_not_warn(organization):
    subscribe(organization, api_calls=0)
    assert "X-Quota-Warning" not in executing(OrganizationFactory()).post("agents/execute", CALL)


def test_other_endpoints_carry_no_warning(organization):
    subscribe(organization, api_calls=0)
    executing(organization).post("agents/execute", CALL)
    reader = Api(api_key(organization, Scope.USAGE_READ))
    assert "X-Quota-Warning" not in reader.get("usage/meters")


def test_a_repeated_call_counts_once(organization):
    api = executing(organization)
    first = api.post("agents/execute", CALL, Idempotency_Key="key-1")
    again = api.post("agents/execute", CALL, Idempotency_Key="key-1")
    assert first.json() == again.json()
    assert UsageEvent.objects.count() == 1
    problem(api.post("agents/execute", {**CALL, "input": 2}, Idempotency_Key="key-1"), 422, "idempotency_key_reused")
    assert UsageEvent.objects.get().event_id == "key-1"


@pytest.mark.parametrize(
    "body", [{}, {"agentId": "a"}, {"input": 1}, {"agentId": "", "input": 1}, {"agentId": {}, "input": 1}]
)
def test_an_incomplete_call_is_not_counted(organization, body):
    problem(executing(organization).post("agents/execute", body), 400, "validation_error")
    assert not UsageEvent.objects.exists()


def test_without_the_scope_it_is_refused(organization):
    problem(Api(api_key(organization, Scope.USAGE_READ)).post("agents/execute", CALL), 403, "missing_scope")


def test_an_installation_without_the_meter_says_what_is_missing(organization):
    Meter.objects.all().delete()
    assert "api_calls" in problem(executing(organization).post("agents/execute", CALL), 409, "unknown_meter")["detail"]
