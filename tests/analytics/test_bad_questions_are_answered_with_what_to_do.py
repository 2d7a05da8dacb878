"""Query strings come from people and scripts: a bad one is a 400 that says what is right, never a 500 or a guess."""

import json

import pytest
from django.test import Client

from tests.api.calls import problem
from tests.factories import api_key

pytestmark = pytest.mark.django_db
ROUTES = ("mrr", "mrr/explain", "movements", "plans")


@pytest.fixture
def ask():
    headers = {"Authorization": f"Bearer {api_key(None, 'analytics:read')}"}

    def ask(route: str, **query: str):
        return Client().get(f"/api/v1/analytics/{route}", query, headers=headers)

    return ask


COUNTS = ["0", "00", "-1", "+1", "1.0", "1e1", "0x1", " 1", "1 ", "1,0", "one", "²", "٣", "１", "9" * 40, "\t2", "null"]


@pytest.mark.parametrize("text", COUNTS)
@pytest.mark.parametrize(("route", "name", "most"), [("movements", "last", 36), ("mrr/explain", "limit", 1_000_000)])
def test_a_count_is_a_whole_number_in_its_bounds(ask, route, name, most, text):
    document = problem(ask(route, **{name: text}), 400, "invalid_count")
    assert document["detail"] == f"{name} must be a whole number from 1 to {most}."


@pytest.mark.parametrize(
    ("route", "name", "text", "status"),
    [
        ("movements", "last", "1", 200),
        ("movements", "last", "36", 200),
        ("movements", "last", "37", 400),
        ("movements", "last", "", 200),
        ("mrr/explain", "limit", "1000000", 200),
        ("mrr/explain", "limit", "1000001", 400),
        ("mrr/explain", "limit", "", 200),
    ],
)
def test_the_bounds_themselves_are_allowed(ask, route, name, text, status):
    assert ask(route, **{name: text}).status_code == status


@pytest.mark.parametrize("grain", ["week", "MONTH", "Day", "months", "", "quarter", "day "])
def test_a_grain_is_a_day_or_a_month(ask, grain):
    document = problem(ask("movements", grain=grain), 400, "invalid_grain")
    assert document["detail"] == "grain is one of: day, month."


@pytest.mark.parametrize("currency", ["us", "usdd", "u$d", "123", "us d", "€€€", "ßßß", "usd\n"])
def test_a_currency_is_three_letters(ask, currency):
    document = problem(ask("movements", currency=currency), 400, "invalid_currency")
    assert document["detail"] == "currency must be a code of three letters, such as usd."


@pytest.mark.parametrize(("sent", "shown"), [("EUR", "eur"), ("Eur", "eur"), ("xyz", "xyz"), ("", "usd")])
def test_a_currency_that_nobody_uses_is_an_empty_report_in_it(ask, sent, shown):
    body = ask("movements", currency=sent).json()
    assert (body["data"], body["currency"], body["unconverted"]) == ([], shown, [])


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("policy", ["nobody", "stripe/v2", "Stripe", "", "stripe/v1 "])
def test_an_unknown_policy_is_told_which_there_are(ask, route, policy):
    document = problem(ask(route, policy=policy), 422, "unknown_policy")
    assert document["detail"] == f"There is no metric policy {policy!r}. Known: stripe/v1."


TIMES = ["yesterday", "2026-13-01", "2026-02-30", "2026-02-30T00:00:00Z", "25:00", "1773577800", "2026-1", "0", "-1"]


@pytest.mark.parametrize("name", ["as_of", "as_known"])
@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_a_day_or_a_time(ask, name, text):
    document = problem(ask("mrr", **{name: text}), 400, "invalid_time")
    assert document["detail"] == f"{name} must be a day (2026-01-31) or a time (2026-01-31T12:00:00Z)."


EDGES = [
    "0001-01-01",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-30",
    "9999-12-31",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("text", EDGES)
def test_the_ends_of_the_calendar_break_nothing(ask, settings, zone, text):
    settings.REPORTING_TIME_ZONE = zone
    for route in ROUTES:
        for name in ("as_of", "as_known"):
            answer = ask(route, **{name: text})
            assert answer.status_code in (200, 400), (route, name, answer.content)
            if answer.status_code == 400:
                assert json.loads(answer.content)["code"] == "invalid_time"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2026-03-15T12:00:00Z", "2026-03-15T12:00:00.000000Z"),
        ("2026-03-15T12:00:00.123456Z", "2026-03-15T12:00:00.123456Z"),
        ("2026-03-15T12:00:00+02:00", "2026-03-15T10:00:00.000000Z"),
        ("2026-03-15T12:00:00 02:00", "2026-03-15T10:00:00.000000Z"),  # a plus that was not encoded
        ("2026-03-15T12:00:00", "2026-03-15T12:00:00.000000Z"),
        ("2026-03-15T00:30:00-05:00", "2026-03-15T05:30:00.000000Z"),
    ],
)
def test_a_time_is_kept_to_the_microsecond_and_shown_in_utc(ask, sent, shown):
    body = ask("mrr", as_of=sent, as_known=sent).json()
    assert (body["as_of"], body["as_known"]) == (shown, shown)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2026-03-29T23:59:59.999999Z"),
        ("Europe/Berlin", "2026-03-29T21:59:59.999999Z"),  # the clocks went ahead that night
        ("America/New_York", "2026-03-30T03:59:59.999999Z"),
        ("Asia/Kathmandu", "2026-03-29T18:14:59.999999Z"),
        ("Pacific/Kiritimati", "2026-03-29T09:59:59.999999Z"),
    ],
)
@pytest.mark.parametrize("route", ROUTES)
def test_a_day_ends_by_the_clocks_of_the_reporting_zone_on_every_route(ask, settings, route, zone, end):
    settings.REPORTING_TIME_ZONE = zone
    assert ask(route, as_of="2026-03-29").json()["as_of"] == end


def test_a_known_day_is_its_beginning_in_utc(ask, settings):
    """What was known "on a day" would be ambiguous; a day pins its first instant, as everywhere in this API."""
    settings.REPORTING_TIME_ZONE = "America/New_York"
    assert ask("mrr", as_known="2026-03-29").json()["as_known"] == "2026-03-29T00:00:00.000000Z"


def test_parameters_that_mean_nothing_here_change_nothing(ask):
    plain, odd = (ask("mrr", as_of="2026-03-15", as_known="2026-03-15", **more).json() for more in ({}, {"x": "1"}))
    assert plain == odd
