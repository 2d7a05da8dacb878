"""GET analytics/mrr, mrr/explain, movements, plans: contract, parameters, refusals."""

import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from analytics.fx import set_rates
from analytics.ledger.fold import fold
from billing.staff import StaffGroup, ensure_staff_groups
from tests.analytics.lives import Life, days, item, record_all, state
from tests.analytics.told import amounts, in_ledger
from tests.factories import OrganizationFactory, PlanFactory, UserFactory, api_key

pytestmark = pytest.mark.django_db
STEPS = ("new", "expansion", "reactivation", "contraction", "churn", "pause", "fx")
ROUTES = ("mrr", "mrr/explain", "movements", "plans")


@pytest.fixture
def get(client: Client):
    secret = api_key(None, "analytics:read")

    def get(path: str, status: int = 200, key: str = secret) -> dict:
        url = path if path.startswith("/") else f"/api/v1/analytics/{path}"
        response = client.get(url, headers={"Authorization": f"Bearer {key}"})
        assert response.status_code == status, response.content
        return json.loads(response.content)

    return get


@pytest.fixture
def company():
    PlanFactory.create(code="starter", name="Starter", stripe_product_id="prod_starter")
    in_ledger(Life().tell(state()).tell(state(item(quantity=3)), after=days(40)))
    in_ledger(Life().tell(state(item("price_year", 10000, interval="year"))))
    in_ledger(Life().tell(state(status="trialing")))


def test_mrr(get, company):
    answer = get("mrr?as_of=2026-03-15T00:00:00Z")
    assert answer["value"] == {"amount": 8700 + 833, "currency": "usd"}
    assert (answer["as_of"], answer["policy"]) == ("2026-03-15T00:00:00.000000Z", "stripe/v1")
    assert answer["by_currency"][0]["mrr"] == answer["value"]
    assert answer["unconverted"] == []


def test_mrr_now_is_the_default(get, company):
    answer = get("mrr")
    now = datetime.now(UTC)
    assert abs((datetime.fromisoformat(answer["as_of"]) - now).total_seconds()) < 60
    assert abs((datetime.fromisoformat(answer["as_known"]) - now).total_seconds()) < 60


def test_a_day_means_its_end_in_the_reporting_zone(get, company, settings):
    settings.REPORTING_TIME_ZONE = "America/New_York"
    assert get("mrr?as_of=2026-02-09")["as_of"] == "2026-02-10T04:59:59.999999Z"


def test_explain_sums_to_the_value_and_says_what_was_left_out(get, company):
    answer = get("mrr/explain?as_of=2026-03-15")
    assert amounts(answer["rows"]) == answer["value"]["amount"] == get("mrr?as_of=2026-03-15")["value"]["amount"]
    assert [row["plan"] for row in answer["rows"]] == ["starter", "prod"]
    assert answer["excluded"] == [{"reason": "trialing", "count": 1, "amount": {"amount": 2900, "currency": "usd"}}]
    assert (answer["policy"], answer["definition"]["key"], answer["row_count"]) == ("stripe/v1", "stripe/v1", 2)
    row = next(row for row in answer["rows"] if row["plan"] == "starter")
    assert (row["quantity"], row["interval"], row["original"]["amount"]) == (3, "month", 8700)


def test_explain_shows_fewer_rows_only_where_asked(get, company):
    answer = get("mrr/explain?limit=1")
    assert (len(answer["rows"]), answer["row_count"]) == (1, 2)


def test_the_permalink_answers_the_same_after_the_past_has_changed(get, company):
    first = get("mrr/explain?as_of=2026-03-15")
    late = Life().tell(state(item(quantity=50)))
    record_all(late)
    fold([late.subscription_id])
    assert get(first["permalink"]) == first
    assert get("mrr/explain?as_of=2026-03-15")["value"]["amount"] == first["value"]["amount"] + 50 * 2900


@pytest.mark.parametrize("query", ["", "grain=day", "grain=day&last=5", "currency=usd", "plan=starter", "last=1"])
def test_movements_close(get, company, query):
    answer = get(f"movements?as_of=2026-03-15&{query}")
    assert answer["data"]
    for period in answer["data"]:
        total = period["start"]["amount"] + sum(period[step]["amount"] for step in STEPS)
        assert total == period["end"]["amount"]
        assert {period[step]["currency"] for step in STEPS} == {"usd"}


def test_movements_are_monthly_by_default_and_end_with_the_mrr(get, company):
    answer = get("movements?as_of=2026-03-15")
    assert [period["period"] for period in answer["data"]] == ["2026-01", "2026-02", "2026-03"]
    assert answer["data"][1]["expansion"] == {"amount": 5800, "currency": "usd"}
    assert answer["data"][-1]["end"] == get("mrr?as_of=2026-03-15")["value"]


def test_plans_sum_to_the_mrr(get, company):
    answer = get("plans?as_of=2026-03-15")
    assert amounts(answer["data"], "mrr") == get("mrr?as_of=2026-03-15")["value"]["amount"]
    assert answer["data"][0]["plan"] == "starter"
    assert answer["data"][0]["subscribers"] == 1


@pytest.mark.parametrize("route", ROUTES)
def test_an_empty_installation_has_figures_too(get, route):
    answer = get(route)
    assert answer.get("value", {"amount": 0})["amount"] == 0
    assert answer.get("data", []) == []


@pytest.mark.parametrize("route", ROUTES)
def test_customers_keys_and_keys_without_the_scope_are_refused(get, client, route):
    of_a_customer = api_key(OrganizationFactory.create(), "billing:read", "usage:read")
    assert get(route, 403, key=of_a_customer)["code"] == "staff_only"
    assert get(route, 403, key=api_key(None, "billing:read"))["code"] == "missing_scope"
    assert client.get(f"/api/v1/analytics/{route}").status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("mrr?as_of=yesterday", 400, "invalid_time"),
        ("mrr?as_known=soon", 400, "invalid_time"),
        ("mrr?policy=nobody", 422, "unknown_policy"),
        ("mrr/explain?limit=0", 400, "invalid_count"),
        ("mrr/explain?limit=many", 400, "invalid_count"),
        ("movements?grain=week", 400, "invalid_grain"),
        ("movements?last=37", 400, "invalid_count"),
        ("movements?last=-1", 400, "invalid_count"),
        ("movements?currency=dollars", 400, "invalid_currency"),
    ],
)
def test_bad_parameters_are_named(get, path, status, code):
    assert get(path, status)["code"] == code


def test_members_of_staff_read_them_with_their_session(client, company):
    user = UserFactory.create(is_staff=True)
    client.force_login(user)
    assert client.get("/api/v1/analytics/mrr").json()["code"] == "staff_permission_missing"
    user.groups.add(ensure_staff_groups()[StaffGroup.FINANCE])
    assert client.get("/api/v1/analytics/mrr").status_code == 200
    client.force_login(UserFactory.create())
    assert client.get("/api/v1/analytics/mrr").status_code == 403


def test_what_was_known_before_anything_was_is_nothing(get, company):
    answer = get("mrr?as_known=2026-01-01T00:00:00Z")
    assert (answer["value"]["amount"], answer["as_known"]) == (0, "2026-01-01T00:00:00.000000Z")
    assert get("movements?as_known=2026-01-01T00:00:00Z")["data"] == []


def test_one_currency_alone_is_shown_in_it(get):
    in_ledger(Life().tell(state(currency="eur")))
    answer = get("movements?as_of=2026-01-31&currency=EUR")
    assert answer["data"][0]["new"] == {"amount": 2900, "currency": "eur"}
    assert (answer["currency"], answer["unconverted"]) == ("eur", [])
    converted = get("movements?as_of=2026-01-31")
    assert (converted["data"][0]["end"], converted["unconverted"]) == ({"amount": 0, "currency": "usd"}, ["eur"])
    figure = get("mrr?as_of=2026-01-31")
    assert figure["unconverted"] == [{"amount": 2900, "currency": "eur"}]
    assert figure["by_currency"] == [
        {"mrr": {"amount": 2900, "currency": "eur"}, "converted": None, "rate": None, "rate_day": None}
    ]


def test_a_rate_is_shown_with_its_day(get):
    in_ledger(Life().tell(state(currency="eur")))
    set_rates(date(2026, 1, 1), {"eur": "1.10"})
    (euro,) = get("mrr?as_of=2026-01-31")["by_currency"]
    assert (euro["rate"], euro["rate_day"], euro["converted"]["amount"]) == ("1.1", "2026-01-01", 3190)


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_can_be_written(client, route):
    key = {"Authorization": f"Bearer {api_key(None, 'analytics:read')}"}
    assert client.post(f"/api/v1/analytics/{route}", headers=key).status_code == 405
