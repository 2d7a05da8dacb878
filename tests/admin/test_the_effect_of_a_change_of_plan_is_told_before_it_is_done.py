"""What a change of plan costs, gains and loses is Stripe's figures and our features, in the customer's currency."""

from datetime import timedelta
from typing import Any

import pytest

from billing.admin.change_plan_effect import effect_of, line_rows
from billing.admin.change_plan_form import ChangePlanForm, Wanted
from billing.admin.effects import NO_CHANGE, EffectRow, differences, opened, sealed
from billing.models import PaymentMethod, Price, Subscription
from billing.services.previews import Preview, PreviewLine, PreviewNext
from tests import factories
from tests.admin.reading import facts, viewer, words
from tests.admin.scene import NOW
from tests.admin.subscribed import END, subscribed

READER = viewer()


def preview(**fields: Any) -> Preview:
    usual: dict[str, Any] = {
        "token": "t", "expires_at": NOW, "currency": "usd", "lines": [], "subtotal": 5000, "tax": 0, "total": 5000,
        "due_now": 5000, "next_invoice": PreviewNext(END, 12900),
    }  # fmt: skip
    return Preview(**{**usual, **fields})


def changed(
    subscription: Subscription, quantity: int = 1, price: dict[str, Any] | None = None, **figures: Any
) -> dict[str, str]:
    wanted = Wanted(factories.PriceFactory(**(price or {"unit_amount": 12900})), quantity)
    item = subscription.items.all()[0]
    effect = effect_of(subscription, item, wanted, preview(**figures), READER)
    return facts((row.label, row.value) for row in effect.rows)


def test_a_dearer_plan_is_paid_now(db: None) -> None:
    effect = changed(subscribed())
    assert effect["Customer pays or gets now"] == "$50.00; if declined, the plan stays as it is"
    assert effect["Invoice or balance"] == "one invoice of $50.00 now"
    assert effect["Next invoice"] == "$129.00 before tax, on 30 Nov 2026 (UTC)"
    assert effect["MRR, before discounts"] == "$79.00 → $129.00, expansion"
    assert effect["Tax"] == NO_CHANGE


def test_a_cheaper_plan_is_credited(db: None) -> None:
    effect = changed(subscribed(), price={"unit_amount": 900}, total=-4100, due_now=0)
    assert effect["Customer pays or gets now"] == "nothing"
    assert effect["Invoice or balance"] == "$41.00 to the customer’s balance"
    assert effect["MRR, before discounts"] == "$79.00 → $9.00, contraction"


def test_tax_is_named_where_there_is_some(db: None) -> None:
    assert changed(subscribed(), tax=950, total=5950)["Tax"] == "$9.50"


def test_a_new_interval_begins_a_new_period(db: None) -> None:
    effect = changed(subscribed(), price={"unit_amount": 94800, "interval": "year"}, next_invoice=None)
    assert effect["Next invoice"] == "a new period begins today"
    assert effect["MRR, before discounts"] == NO_CHANGE


@pytest.mark.parametrize(("status", "expected"), [("trialing", NO_CHANGE), ("past_due", "$79.00 → $129.00, expansion")])
def test_a_trial_earns_nothing_before_and_after(db: None, status: str, expected: str) -> None:
    assert changed(subscribed(status=status))["MRR, before discounts"] == expected


@pytest.mark.parametrize("price", [{"unit_amount": None}, {"unit_amount": 100, "interval": "week"}])
def test_what_has_no_monthly_price_is_left_to_the_report(db: None, price: dict[str, Any]) -> None:
    assert changed(subscribed(), price=price)["MRR, before discounts"] == "follows usage or tiers; see the next report"


def test_more_of_the_same_is_an_expansion(db: None) -> None:
    assert changed(subscribed(), 3, {"unit_amount": 7900})["MRR, before discounts"] == "$79.00 → $237.00, expansion"


@pytest.mark.parametrize("on", ["subscription", "organization"])
def test_the_card_that_pays_is_named(db: None, on: str) -> None:
    subscription = subscribed()
    PaymentMethod.objects.create(
        stripe_id="pm_1", organization=subscription.organization, type="card", card_brand="visa",
        card_last_four="4242", card_exp_month=3, card_exp_year=2030, created_at=NOW,
    )  # fmt: skip
    owner = subscription if on == "subscription" else subscription.organization
    owner.default_payment_method_id = "pm_1"
    assert changed(subscription)["Customer pays or gets now"].startswith("$50.00 by Visa ···4242 (03/2030);")


def test_features_and_limits_that_change_are_listed(db: None) -> None:
    old, new = factories.PlanFactory(), factories.PlanFactory()
    calls = factories.FeatureFactory(name="API calls", meter_code="api_calls")
    for plan, feature, limit in (
        (old, calls, 1000),
        (new, calls, None),
        (old, factories.FeatureFactory(name="Mail support"), None),
        (new, factories.FeatureFactory(name="SSO"), None),
        (new, factories.FeatureFactory(name="Storage", meter_code="gb"), 50),
    ):
        factories.PlanFeatureFactory(plan=plan, feature=feature, limit=limit)
    effect = changed(subscribed({"unit_amount": 7900, "plan": old}), price={"plan": new})
    assert effect["Access and limits"] == "API calls 1,000 → unlimited; loses Mail support; gains SSO; gains Storage 50"


def test_the_same_features_are_no_change(db: None) -> None:
    plan = factories.PlanFactory()
    factories.PlanFeatureFactory(plan=plan)
    effect = changed(subscribed({"plan": plan}), price={"plan": plan, "unit_amount": 1})
    assert effect["Access and limits"] == NO_CHANGE


def test_a_features_name_is_escaped(db: None) -> None:
    new = factories.PlanFactory()
    factories.PlanFeatureFactory(plan=new, feature=factories.FeatureFactory(name="<b>SSO</b>"))
    subscription = subscribed()
    wanted = Wanted(factories.PriceFactory(plan=new), 1)
    effect = effect_of(subscription, subscription.items.all()[0], wanted, preview(), READER)
    assert "<b>" not in str(effect.access)


def test_the_lines_are_stripes_and_their_sum_stands_below() -> None:
    lines = [PreviewLine("Unused time", -2000, None, None, True), PreviewLine("<b>Premium</b>", 7000, None, None, True)]
    rows = line_rows(preview(lines=lines, tax=950, total=5950), READER)
    assert [(row.label, words(row.value)) for row in rows] == [
        ("Unused time", "−$20.00"),
        ("<b>Premium</b>", "$70.00"),
        ("Subtotal", "$50.00"),
        ("Tax", "$9.50"),
        ("Total", "$59.50"),
    ]


def test_a_seal_holds_what_was_read() -> None:
    rows = [EffectRow("Tax", "$1.00"), EffectRow("MRR", "a  b\n c")]
    assert opened(sealed(rows)) == [["Tax", "$1.00"], ["MRR", "a b c"]]


@pytest.mark.parametrize("seal", ["", "x", "a:b", "\x00", "WyJUYXgiXQ:1xUR3A:forged"])
def test_a_broken_seal_showed_nothing(seal: str) -> None:
    assert opened(seal) == []


def test_both_versions_stand_side_by_side() -> None:
    shown = sealed([EffectRow("Tax", "1"), EffectRow("Gone", "x"), EffectRow("Same", "s")])
    found = differences(shown, [EffectRow("Tax", "2"), EffectRow("Same", "s"), EffectRow("New", "y")])
    assert [(each.label, each.shown, each.now, each.differs) for each in found] == [
        ("Tax", "1", "2", True),
        ("Same", "s", "s", False),
        ("New", "–", "y", True),
        ("Gone", "x", "–", True),
    ]


def offered(currency: str = "usd") -> list[str]:
    subscription = subscribed({"unit_amount": 7900, "currency": currency}, currency=currency)
    Price.objects.exclude(pk=subscription.items.all()[0].price.pk).filter(currency=currency, interval="").delete()
    form = ChangePlanForm(item=subscription.items.all()[0], currency=currency, viewer=READER)
    return [text for _value, text in form.fields["plan"].choices]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "fields",
    [
        {"active": False},
        {"currency": "eur"},
        {"interval": ""},
        {"interval_count": 3},
        {"usage_type": "metered"},
    ],
)
def test_only_what_is_on_sale_in_its_currency_is_offered(db: None, fields: dict[str, Any]) -> None:
    factories.PriceFactory(plan=factories.PlanFactory(name="Hidden"), **fields)
    assert not any("Hidden" in text for text in offered())


def test_a_plan_off_sale_is_not_offered(db: None) -> None:
    factories.PriceFactory(plan=factories.PlanFactory(name="Hidden", active=False))
    assert not any("Hidden" in text for text in offered())


def test_each_plan_is_offered_once_with_its_prices(db: None) -> None:
    plan = factories.PlanFactory(name="Pro", position=0)
    factories.PriceFactory(plan=plan, unit_amount=900)
    factories.PriceFactory(plan=plan, unit_amount=9000, interval="year")
    assert "Pro ($9.00 a month, $90.00 a year)" in offered()


def test_the_newest_price_counts(db: None) -> None:
    plan = factories.PlanFactory(name="Pro")
    factories.PriceFactory(plan=plan, unit_amount=900, stripe_created_at=NOW)
    factories.PriceFactory(plan=plan, unit_amount=800, stripe_created_at=NOW - timedelta(days=1))
    assert "Pro ($9.00 a month)" in offered()


def test_tiers_have_no_price_in_one_figure(db: None) -> None:
    factories.PriceFactory(plan=factories.PlanFactory(name="Tiered"), unit_amount=None)
    assert "Tiered (price by tiers)" in offered()


def test_an_interval_that_is_not_sold_is_said_at_the_field(db: None) -> None:
    subscription = subscribed()
    item = subscription.items.all()[0]
    data = {"plan": item.price.plan.code, "interval": "year", "quantity": "1"}
    form = ChangePlanForm(data, item=item, currency="usd", viewer=READER)
    assert form.errors == {"interval": ["This plan is not sold yearly."]}


def test_rows_of_one_label_are_compared_in_their_order() -> None:
    """The invoice has a tax, and so has the panel."""
    before = [EffectRow("Tax", "$0.00"), EffectRow("Total", "$5.00"), EffectRow("Tax", NO_CHANGE)]
    now = [EffectRow("Tax", "$0.00"), EffectRow("Total", "$6.00"), EffectRow("Tax", NO_CHANGE)]
    found = differences(sealed(before), now)
    assert [(row.label, row.differs) for row in found] == [("Tax", False), ("Total", True), ("Tax", False)]
