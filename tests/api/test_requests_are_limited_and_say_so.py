"""A thousand an hour, or what the installation says: counted per key, person and stranger's address, told on every
answer; narrower where money is asked for, wider where usage is sent, and never where Stripe or a probe calls."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.client_address import client_address, counted_as
from billing.api import limits
from billing.domain.rate import Limit
from billing.limits.policies import BILLING_WRITES, WRONG_CREDENTIALS
from billing.models import Membership
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
FIELDS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture(autouse=True)
def clock(settings: Any):
    settings.RATE_LIMIT_REQUESTS, settings.RATE_LIMIT_WINDOW = 3, 60
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def told(answer: Any) -> list[str]:
    return [answer[name] for name in FIELDS]


def from_address(address: str, path: str = "meta/features", **headers: str) -> Any:
    return Client().get(f"/api/v1/{path}", REMOTE_ADDR=address, headers=headers)


class TestEachCaller:
    def test_is_told_what_is_left_and_then_to_wait(self, api):
        answers = [api.get("billing/invoices") for _ in range(4)]
        assert [told(answer) for answer in answers[:3]] == [["3", "2", "60"], ["3", "1", "60"], ["3", "0", "60"]]
        document = problem(answers[3], 429, "rate_limited")
        assert document["detail"] == "Too many requests; wait 80 seconds."
        assert told(answers[3]) == ["3", "0", "80"]
        assert answers[3]["Retry-After"] == "80"
        assert {answer["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=60, "organization";q=30;w=60'}

    def test_who_waits_gets_through(self, api, clock):
        for _ in range(3):
            api.get("billing/invoices")
        clock.shift(79)
        assert api.get("billing/invoices").status_code == 429
        clock.shift(1)
        assert api.get("billing/invoices").status_code == 200

    def test_is_counted_apart(self, organization):
        first, second = (Api(api_key(organization, "billing:read")) for _ in range(2))
        for _ in range(4):
            first.get("billing/invoices")
        assert first.get("billing/invoices").status_code == 429
        assert told(second.get("billing/invoices")) == ["3", "2", "60"]

    def test_is_a_person_too(self, organization):
        user = UserFactory()
        Membership.objects.create(organization=organization, user=user, role="viewer")
        client = Client()
        client.force_login(user)
        answers = [client.get("/api/v1/billing/invoices") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0]["RateLimit-Policy"].startswith('"user";q=3;w=60')

    def test_is_counted_whatever_becomes_of_the_request(self, organization, settings):
        settings.RATE_LIMIT_REQUESTS = 7
        caller = Api(api_key(organization, "usage:read"))
        wrong = [
            (caller.get("billing/invoices"), 403),
            (caller.get("billing/invoices", **{"X-Organization": "org_other"}), 404),
            (caller.delete("usage/meters"), 405),
            (caller.get("usage/meters/none/query"), 404),
            (caller.get("usage/meters", Accept="application/pdf"), 406),
            (caller.get("auth/me"), 200),
            (caller.get("usage/meters"), 200),
        ]
        assert [(answer.status_code, status) for answer, status in wrong if answer.status_code != status] == []
        assert [answer["RateLimit-Remaining"] for answer, _ in wrong] == ["6", "5", "4", "3", "2", "1", "0"]
        problem(caller.get("billing/invoices"), 429, "rate_limited")

    def test_costs_one_statement(self, api):
        api.get("billing/invoices")
        with CaptureQueriesContext(connection) as queries:
            api.get("billing/invoices")
        counting = [query["sql"] for query in queries if "billing_ratelimitcount" in query["sql"]]
        assert len(counting) == 1
        order = [query["sql"] for query in queries]
        assert order.index(counting[0]) < next(i for i, sql in enumerate(order) if "app_customer" in sql)


class TestAnOrganization:
    def test_has_ten_times_what_one_of_its_keys_has(self, organization):
        for _ in range(10):
            caller = Api(api_key(organization, "billing:read"))
            assert [caller.get("billing/invoices").status_code for _ in range(3)] == [200] * 3
        answer = Api(api_key(organization, "billing:read")).get("billing/invoices")
        problem(answer, 429, "rate_limited")
        assert told(answer)[0] == "30"
        other = Api(api_key(OrganizationFactory(), "billing:read"))
        assert other.get("billing/invoices").status_code == 200

    def test_may_write_a_hundred_times_a_minute_whoever_writes(self, organization, settings):
        settings.RATE_LIMIT_REQUESTS = 1000
        mine, staff = Api(api_key(organization, "billing:write")), Api(api_key(None, "billing:write"))
        for number in range(BILLING_WRITES.quota):
            caller = mine if number % 2 else staff
            answer = caller.post("billing/subscription/cancel", X_Organization=organization.public_id)
            problem(answer, 404, "no_subscription")
        answer = staff.put("billing/subscription", X_Organization=organization.public_id)
        problem(answer, 429, "rate_limited")
        assert told(answer)[0] == "100"
        assert Api(api_key(organization, "billing:read")).get("billing/invoices").status_code == 200

    @pytest.mark.parametrize("prefix", ["/api/", "/api/v1/"])
    def test_writes_are_known_by_their_address_under_every_spelling(self, organization, prefix):
        caller = Api(api_key(organization, "billing:write", "billing:read"), prefix=prefix)
        assert '"billing-writes";q=100;w=60' in caller.delete("billing/subscription")["RateLimit-Policy"]
        assert "billing-writes" not in caller.get("billing/subscription")["RateLimit-Policy"]
        assert "billing-writes" not in caller.patch("organization", {})["RateLimit-Policy"]


class TestAStranger:
    def test_is_counted_by_address(self):
        assert [from_address("192.0.2.1").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert from_address("192.0.2.2").status_code == 200
        assert from_address("192.0.2.2")["RateLimit-Policy"] == '"address";q=3;w=60'

    def test_is_counted_where_a_key_is_needed(self):
        answers = [from_address("192.0.2.1", "billing/invoices") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]

    @pytest.mark.parametrize("path", ["schema", "docs", "meta/plans"])
    def test_is_counted_on_pages_for_everybody(self, path):
        answers = [from_address("192.0.2.1", path) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        problem(answers[3], 429, "rate_limited")
        assert told(answers[3])[0] == "3"

    def test_does_not_use_up_what_a_key_from_the_same_address_has(self, api):
        for _ in range(4):
            Api().get("meta/features")
        assert api.get("billing/invoices").status_code == 200


class TestAGuesser:
    @pytest.fixture(autouse=True)
    def wide(self, settings):
        settings.RATE_LIMIT_REQUESTS = 1000

    @pytest.mark.parametrize("kind", ["ch_test_", "ch_live_", ""])
    def test_of_keys_and_tokens_is_stopped_by_address(self, kind):
        for number in range(WRONG_CREDENTIALS.quota):
            assert Api(f"{kind}{number}").get("billing/invoices").status_code == 401
        answer = Api(f"{kind}another").get("billing/invoices")
        problem(answer, 429, "rate_limited")
        assert told(answer)[0] == "20"

    def test_does_not_lock_out_whoever_has_a_right_key(self, api):
        for number in range(WRONG_CREDENTIALS.quota + 5):
            Api(f"ch_test_{number}").get("billing/invoices")
        assert api.get("billing/invoices").status_code == 200
        assert Api().get("meta/plans").status_code == 200


class TestNeverLimited:
    def test_are_health_and_webhooks(self):
        for _ in range(8):
            assert Api().get("health").status_code in (200, 503)
            assert Api().post("webhooks/stripe", {}).status_code == 400
        assert "RateLimit-Limit" not in Api().get("health")

    def test_is_anything_once_limits_are_off(self, api, settings):
        settings.RATE_LIMIT_ENABLED = False
        answers = [api.get("billing/invoices") for _ in range(6)]
        assert {answer.status_code for answer in answers} == {200}
        assert "RateLimit-Policy" not in answers[0]


class TestUsage:
    def test_has_a_limit_of_its_own(self, organization, settings):
        settings.RATE_LIMIT_USAGE_REQUESTS = 5
        caller = Api(api_key(organization, "usage:write", "billing:read"))
        answers = [caller.post("usage/events") for _ in range(6)]  # an empty event: rejected in an answer of 202
        assert [answer.status_code for answer in answers] == [202] * 5 + [429]
        assert answers[0]["RateLimit-Policy"] == '"usage";q=5;w=60'
        assert told(caller.get("billing/invoices")) == ["3", "2", "60"]


def test_a_repeated_answer_says_where_the_caller_stands_too(api):
    first, again = (api.post("api-keys", {"name": "x", "scopes": []}, Idempotency_Key="k") for _ in range(2))
    assert again["Idempotent-Replayed"] == "true"
    assert (told(first)[1], told(again)[1]) == ("2", "1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (3, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, "", "192.0.2.1"),
    ],
)
def test_an_address_is_believed_as_far_as_our_own_proxies_go(rf, settings, proxies, forwarded, address):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1", headers=headers)) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[2001:db8:1:2::9]:4711", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("x" * 5000, "unknown"),
        ("192.0.2.1, evil", "unknown"),
    ],
)
def test_addresses_of_one_household_are_one(address, counted):
    assert counted_as(address) == counted


def test_two_limits_at_once_tell_of_the_one_that_ends_first():
    from django.http import HttpResponse

    from billing.domain.rate import Standing

    request = type("Request", (), {})()
    request.rate_limits = [Standing(Limit("a", 9, 60), 5, 30, 0), Standing(Limit("b", 4, 10), 1, 7, 0)]
    assert told(limits.stamp(HttpResponse(), request)) == ["4", "1", "7"]
