"""Publishing again, or after an interruption, makes what is missing and nothing twice: prices cannot be unmade."""

from datetime import timedelta
from decimal import Decimal
from itertools import islice

import pytest
from django.utils import timezone

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.domain.catalog import Catalog, parse
from billing.models import Feature, Plan, PlanFeature, Price, StripeCommand
from billing.services.catalog import publish, shipped_catalog
from billing.services.errors import OutcomeUnknown
from billing.services.resuming import resume_due
from tests.services.scenes import at_stripe, break_next

pytestmark = pytest.mark.django_db

SMALL = """
currencies = ["usd", "eur"]
[[features]]
code = "calls"
name = "Calls"
meter = "api_calls"
[[features]]
code = "sso"
name = "Single sign-on"
[[plans]]
code = "basic"
name = "Basic"
description = "To begin with."
month = 900
limits = { calls = 100 }
[[plans]]
code = "large"
month = 4900
year = 49000
unlimited = ["calls"]
features = ["sso"]
"""
LINES = [
    "product basic",
    "price basic month usd",
    "price basic month eur",
    "product large",
    "price large month usd",
    "price large month eur",
    "price large year usd",
    "price large year eur",
]


@pytest.fixture
def catalog() -> Catalog:
    return parse(SMALL)


def without_ids(lines: list[str]) -> list[str]:
    return [" ".join(word for word in line.split() if not word.startswith(("prod_", "price_"))) for line in lines]


def test_each_thing_is_made_and_told(sandbox: str, catalog: Catalog, by: Actor) -> None:
    assert without_ids(list(publish(catalog, by=by))) == LINES
    products = {one["name"]: one for one in at_stripe(sandbox, "products")}
    assert set(products) == {"Basic", "large"}
    assert products["Basic"]["description"] == "To begin with."
    assert products["large"]["metadata"]["plan"] == "large"
    prices = {one["lookup_key"]: (one["unit_amount"], one["nickname"]) for one in at_stripe(sandbox, "prices")}
    assert prices["basic_month_eur"] == (900, "Basic, month")
    assert prices["large_year_usd"] == (49000, "large, year")
    assert len(prices) == 6


def test_our_side_has_plans_prices_and_limits(sandbox: str, catalog: Catalog, by: Actor) -> None:
    list(publish(catalog, by=by))
    assert list(Plan.objects.offered().values_list("code", "position")) == [("basic", 0), ("large", 1)]
    assert Price.objects.for_plan("large", "year").get(currency="eur").unit_amount == 49000
    limits = {
        (row.plan.code, row.feature.code): row.limit for row in PlanFeature.objects.select_related("plan", "feature")
    }
    assert limits == {("basic", "calls"): Decimal(100), ("large", "calls"): None, ("large", "sso"): None}
    assert Feature.objects.get(code="calls").meter_code == "api_calls"


def test_a_second_time_nothing_is_made(sandbox: str, catalog: Catalog, by: Actor) -> None:
    list(publish(catalog, by=by))
    before = (StripeCommand.objects.count(), AuditEntry.objects.count())
    assert list(publish(catalog, by=by)) == []
    assert (StripeCommand.objects.count(), AuditEntry.objects.count()) == before
    assert len(at_stripe(sandbox, "prices")) == 6


@pytest.mark.parametrize("done", [1, 4, 6])
def test_interrupted_anywhere_it_goes_on_where_it_was(sandbox: str, catalog: Catalog, by: Actor, done: int) -> None:
    first = list(islice(publish(catalog, by=by), done))
    assert without_ids(first) == LINES[:done]
    assert without_ids(list(publish(catalog, by=by))) == LINES[done:]
    assert (len(at_stripe(sandbox, "products")), len(at_stripe(sandbox, "prices"))) == (2, 6)
    assert Plan.objects.offered().count() == 2


@pytest.mark.parametrize("operation", ["POST /v1/products", "POST /v1/prices"])
def test_a_busy_stripe_stops_it_and_says_so(sandbox: str, catalog: Catalog, by: Actor, operation: str) -> None:
    break_next(sandbox, operation, "error_429")
    with pytest.raises(OutcomeUnknown) as silence:
        list(publish(catalog, by=by))
    assert silence.value.command.organization_id is None
    assert not Plan.objects.offered().exists()


@pytest.mark.parametrize("kind", ["error_429", "drop_response"])
def test_what_stripe_did_not_answer_is_not_made_twice(sandbox: str, catalog: Catalog, by: Actor, kind: str) -> None:
    """Neither by the next run nor by the sweeper that comes after it."""
    break_next(sandbox, "POST /v1/products", kind)
    with pytest.raises(OutcomeUnknown):
        list(publish(catalog, by=by))
    list(publish(catalog, by=by))
    resume_due(now=timezone.now() + timedelta(days=2))
    assert (len(at_stripe(sandbox, "products")), len(at_stripe(sandbox, "prices"))) == (2, 6)
    assert not StripeCommand.objects.exclude(status="done").exists()


def test_a_new_plan_and_a_new_currency_are_added(sandbox: str, catalog: Catalog, by: Actor) -> None:
    list(publish(catalog, by=by))
    more = parse(SMALL.replace('["usd", "eur"]', '["usd", "eur", "gbp"]') + '[[plans]]\ncode = "huge"\nmonth = 9900\n')
    assert without_ids(list(publish(more, by=by))) == [
        "price basic month gbp",
        "price large month gbp",
        "price large year gbp",
        "product huge",
        "price huge month usd",
        "price huge month eur",
        "price huge month gbp",
    ]


def test_limits_and_places_follow_the_file(sandbox: str, catalog: Catalog, by: Actor) -> None:
    list(publish(catalog, by=by))
    changed = parse(SMALL.replace("calls = 100", "calls = 250.5").replace('name = "Calls"', 'name = "Requests"'))
    assert list(publish(changed, by=by)) == []
    assert PlanFeature.objects.get(plan__code="basic").limit == Decimal("250.5")
    assert Feature.objects.get(code="calls").name == "Requests"


def test_another_amount_does_not_change_what_customers_pay(sandbox: str, catalog: Catalog, by: Actor) -> None:
    list(publish(catalog, by=by))
    assert list(publish(parse(SMALL.replace("month = 900", "month = 100")), by=by)) == []
    assert {price.unit_amount for price in Price.objects.for_plan("basic", "month")} == {900}


def test_the_log_says_who_published_what(sandbox: str, catalog: Catalog) -> None:
    list(publish(catalog, by=Actor(ActorKind.STAFF, "7")))
    entries = AuditEntry.objects.filter(action="catalog.published")
    assert entries.count() == len(LINES)
    assert set(entries.values_list("actor_id", "organization_id", "target_type")) == {("7", None, "plan")}
    large = [entry.after for entry in entries.filter(target_id="large")]
    assert large.count({"operation": "prices.create"}) == 4


def test_nothing_is_asked_before_the_first_line_is_wanted(catalog: Catalog, by: Actor) -> None:
    publish(catalog, by=by)
    assert not StripeCommand.objects.exists()


def test_the_shipped_catalog_has_four_tiers() -> None:
    shipped = shipped_catalog()
    assert [plan.code for plan in shipped.plans] == ["starter", "professional", "premium", "enterprise"]
    assert {"usd", "eur"} <= set(shipped.currencies)
    assert all(plan.prices for plan in shipped.plans)


def test_a_catalog_that_is_not_shipped_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        shipped_catalog("five_tiers")
