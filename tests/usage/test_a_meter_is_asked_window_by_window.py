"""GET usage/meters and usage/meters/{code}/query."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from billing.domain.scopes import Scope
from tests.api.calls import Api, problem
from tests.factories import OrganizationFactory, api_key
from tests.usage.sending import NOW, count, event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kathmandu(meter):
    """Its midnight is 18:15 in UTC: in the middle of a UTC hour."""
    organization = OrganizationFactory(time_zone="Asia/Kathmandu")
    times = ["2026-03-10T18:14:59Z", "2026-03-10T18:15:00Z", "2026-03-11T03:30:00Z", "2026-03-11T18:15:00Z"]
    count(organization, *(event(n, value=10**n, time=time) for n, time in enumerate(times)))
    return organization


def ask(organization, path="usage/meters/api_calls/query", **query):
    parameters = "&".join(f"{name.rstrip('_')}={value.replace('+', '%2B')}" for name, value in query.items())
    return Api(api_key(organization, Scope.USAGE_READ)).get(f"{path}?{parameters}")


def test_meters_are_listed(organization):
    assert ask(organization, "usage/meters").json() == {
        "data": [
            {
                "code": "api_calls",
                "name": "API calls",
                "aggregation": "sum",
                "event_type": "api_call",
                "value_property": "value",
                "unit": "call",
            }
        ]
    }


def test_days_are_those_of_the_organization(kathmandu):
    body = ask(kathmandu, from_="2026-03-10", to="2026-03-13", window="day").json()
    assert (body["meter"], body["window"], body["time_zone"]) == ("api_calls", "day", "Asia/Kathmandu")
    assert body["data"] == [
        {"start": "2026-03-09T18:15:00Z", "end": "2026-03-10T18:15:00Z", "value": "1"},
        {"start": "2026-03-10T18:15:00Z", "end": "2026-03-11T18:15:00Z", "value": "110"},
        {"start": "2026-03-11T18:15:00Z", "end": "2026-03-12T18:15:00Z", "value": "1000"},
    ]


def test_hours_too(kathmandu):
    body = ask(kathmandu, from_="2026-03-10T17:15:00Z", to="2026-03-11T00:00:00+05:45", window="hour").json()
    assert [(row["start"], row["value"]) for row in body["data"]] == [("2026-03-10T17:15:00Z", "1")]
    body = ask(kathmandu, from_="2026-03-11", to="2026-03-12", window="hour").json()
    assert len(body["data"]) == 24
    assert [row["value"] for row in body["data"] if row["value"] != "0"] == ["10", "100"]


def test_by_default_the_days_of_the_current_period(kathmandu):
    rows = ask(kathmandu).json()["data"]
    assert len(rows) == 31
    assert rows[0]["start"] == "2026-02-28T18:15:00Z"
    assert sum(int(row["value"]) for row in rows) == 1111


@pytest.mark.parametrize("window", ["hour", "day", "month"])
def test_the_windows_sum_to_the_whole(kathmandu, window):
    rows = ask(kathmandu, from_="2026-03-10T18:14:59Z", to="2026-03-11T18:15:01Z", window=window).json()["data"]
    assert sum(int(row["value"]) for row in rows) == 1111


def test_an_empty_range_has_no_windows(kathmandu):
    assert ask(kathmandu, from_="2026-03-10", to="2026-03-10").json()["data"] == []


BAD = {
    "invalid_window": {"window": "week"},
    "invalid_time": {"from_": "yesterday"},
    "too_many_windows": {"from_": "2020-01-01", "to": "2026-01-01", "window": "hour"},
}


@pytest.mark.parametrize("code", list(BAD))
def test_questions_without_an_answer(kathmandu, code):
    problem(ask(kathmandu, **BAD[code]), 400, code)


@pytest.mark.parametrize(
    "text",
    ["2026-03-10T00:00:00", "2026-02-30", "0001-01-01", "9999-12-31T23:59:59Z", "2026-03-10T00:00:00 00:00", "x" * 10],
)
def test_a_time_has_an_offset_and_is_of_our_time(kathmandu, text):
    problem(ask(kathmandu, to=text), 400, "invalid_time")


def test_an_unknown_meter_is_not_found(organization):
    problem(ask(organization, "usage/meters/nothing/query"), 404, "unknown_meter")


def test_another_organization_sees_its_own(kathmandu, organization):
    rows = ask(organization, from_="2026-03-01", to="2026-04-01", window="month").json()["data"]
    assert [row["value"] for row in rows] == ["0"]


def test_it_needs_the_scope(organization):
    for path in ("usage/meters", "usage/meters/api_calls/query"):
        problem(Api(api_key(organization, Scope.BILLING_READ)).get(path), 403, "missing_scope")


def test_the_sum_of_a_year_by_days(organization):
    """365 windows are one statement and end in time."""
    start = datetime(2026, 2, 10, tzinfo=UTC)
    count(organization, *(event(n, time=(start + timedelta(days=n)).isoformat()) for n in range(30)))
    rows = ask(organization, from_="2025-06-01", to="2026-06-01").json()["data"]
    assert len(rows) == 365
    assert sum(int(row["value"]) for row in rows) == 30
