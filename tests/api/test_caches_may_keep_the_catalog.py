"""The public catalog is read by every visitor of a pricing page: caches keep it, and learn of every change."""

import pytest

from billing.models import Plan
from tests.api.calls import Api
from tests.factories import FeatureFactory, PlanFactory, PlanFeatureFactory, PriceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    plan = PlanFactory(code="pro", name="Pro", position=1)
    PriceFactory(plan=plan)
    PlanFeatureFactory(plan=plan, feature=FeatureFactory(code="calls", meter_code="calls"), limit=1000)
    return plan


def read(tag: str = ""):
    return Api().get("meta/plans", **({"If-None-Match": tag} if tag else {}))


def test_the_same_catalog_has_the_same_tag(plan):
    first, second = read(), read()
    assert first["ETag"] == second["ETag"]
    assert first.content == second.content
    assert first["ETag"].startswith('"')
    assert first["ETag"].endswith('"')


FORMS = ["{}", "W/{}", '"other", {}', '{}, "other"', 'W/"a" , W/{}', " {} "]


@pytest.mark.parametrize("form", FORMS)
def test_a_tag_is_found_in_every_form_of_the_header(plan, form):
    tag = read()["ETag"]
    answer = read(form.format(tag))
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == tag
    assert answer["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("tag", ['"other"', "other", "W/", '""', ",", '"'])
def test_another_tag_gets_the_catalog(plan, tag):
    answer = read(tag)
    assert answer.status_code == 200
    assert [shown["id"] for shown in answer.json()["data"]] == ["pro"]


def change_name(plan):
    Plan.objects.filter(pk=plan.pk).update(name="Professional")


def change_limit(plan):
    plan.plan_features.update(limit=2000)


def lift_limit(plan):
    plan.plan_features.update(limit=None)


def add_price(plan):
    PriceFactory(plan=plan, interval="year", unit_amount=29000)


def change_price(plan):
    plan.prices.update(unit_amount=3900, unit_amount_decimal="3900")


def add_plan(plan):
    PriceFactory(plan=PlanFactory())


def hide(plan):
    Plan.objects.filter(pk=plan.pk).update(public=False)


def retire(plan):
    Plan.objects.filter(pk=plan.pk).update(active=False)


CHANGES = [change_name, change_limit, lift_limit, add_price, change_price, add_plan, hide, retire]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_has_a_new_tag(plan, change):
    tag = read()["ETag"]
    change(plan)
    answer = read(tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def unseen_plan(plan):
    PlanFactory(public=False)


def retired_price(plan):
    PriceFactory(plan=plan, active=False, interval="week")


def unused_feature(plan):
    FeatureFactory()


@pytest.mark.parametrize("change", [unseen_plan, retired_price, unused_feature], ids=lambda change: change.__name__)
def test_what_nobody_sees_changes_no_tag(plan, change):
    tag = read()["ETag"]
    change(plan)
    assert read(tag).status_code == 304


@pytest.mark.parametrize("seconds", [0, 60, 86_400])
def test_how_long_is_a_setting(plan, settings, seconds):
    settings.BILLING_CACHE_TTL = seconds
    assert read()["Cache-Control"] == f"public, max-age={seconds}"


def test_an_answer_for_everybody_depends_on_nobody(plan):
    assert "Set-Cookie" not in read()
    assert Api("ch_test_nobody").get("meta/plans").content == read().content


@pytest.mark.parametrize(
    ("limit", "shown"), [("1000", "1000"), ("0.5", "0.5"), ("1000000", "1000000"), (None, None), (0, "0")]
)
def test_a_limit_is_a_plain_number_or_nothing(plan, limit, shown):
    plan.plan_features.update(limit=limit)
    (found,) = read().json()["data"][0]["features"]
    assert found == {"id": "calls", "name": found["name"], "meter": "calls", "limit": shown}


def test_prices_with_fractions_have_no_amount_but_an_exact_text(plan):
    PriceFactory(plan=plan, unit_amount=None, unit_amount_decimal="0.05", interval="year")
    price = next(one for one in read().json()["data"][0]["prices"] if one["interval"] == "year")
    assert (price["amount"], price["amount_decimal"], price["currency"]) == (None, "0.05", "usd")


def test_an_empty_catalog_is_a_catalog():
    answer = read()
    assert answer.json() == {"data": []}
    assert read(answer["ETag"]).status_code == 304


def test_a_head_has_the_tag_too(plan):
    answer = Api()("HEAD", "meta/plans")
    assert (answer.content, answer["ETag"]) == (b"", read()["ETag"])


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("BILLING_ENABLED", "billingEnabled", False),
        ("ACCEPT_NEW_PAYMENTS", "acceptNewPayments", False),
        ("PAYMENT_MAINTENANCE", "paymentMaintenance", True),
        ("ENVIRONMENT", "environment", "staging"),
        ("RELEASE", "release", "1.2.3"),
        ("STRIPE_LIVE_MODE", "livemode", True),
    ],
)
def test_each_feature_is_its_setting(settings, setting, name, value):
    before = Api().get("meta/features").json()
    setattr(settings, setting, value)
    assert Api().get("meta/features").json() == {**before, name: value}
