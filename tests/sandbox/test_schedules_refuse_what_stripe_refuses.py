"""Phases that overlap, schedules that are over, parameters that exclude each other: each has its error."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, START, Account
from tests.sandbox.schedule_scenes import months, phase, plan

Given = dict[str, Any]


def refused(account: Account, param: str | None, **given: Any) -> None:
    """Creating it fails with an error about `param`, and leaves nothing."""
    before = account.control("digest")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        account.v1.subscription_schedules.create(given)
    assert caught.value.param == param
    assert account.control("digest") == before


@pytest.mark.parametrize(
    ("change", "param"),
    [
        (lambda price: {"phases": []}, "phases"),
        (lambda price: {"phases": [{"metadata": {"a": "b"}}]}, "phases[0][items]"),
        (lambda price: {"phases": [phase(price, start_date=START)]}, "phases[0][start_date]"),
        (lambda price: {"phases": [phase(price, iterations=3)]}, "phases[0][iterations]"),
        (lambda price: {"phases": [phase(price, discounts=[{"coupon": "none"}])]}, "phases[0][discounts][0][coupon]"),
        (lambda price: {"phases": [phase(price, end_date=START)]}, "phases[0][end_date]"),
        (lambda price: {"phases": [phase(price, end_date=START + 9, duration=months(1))]}, "phases[0][duration]"),
        (lambda price: {"phases": [phase(price, trial=True, trial_end=START + 9)]}, "phases[0][trial_end]"),
        (lambda price: {"phases": [phase(price, trial_end=START + 99 * DAY)]}, "phases[0][trial_end]"),
        (
            lambda price: {"phases": [phase(price, trial=True, billing_cycle_anchor="phase_start")]},
            "phases[0][billing_cycle_anchor]",
        ),
        (lambda price: {"phases": [phase(price, price)]}, "phases[0][items]"),
        (lambda price: {"phases": [phase(price, currency="eur")]}, "phases[0][items]"),
        (
            lambda price: {"phases": [phase(price, collection_method="send_invoice")]},
            "phases[0][invoice_settings][days_until_due]",
        ),
        (lambda price: {"phases": [phase(price)] * 11}, "phases"),
        (lambda price: {"phases": [phase(price)], "end_behavior": "explode"}, "end_behavior"),
        (lambda price: {"phases": [phase(price)], "start_date": START + 1, "from_subscription": "sub_1"}, None),
    ],
)
def test_a_malformed_creation(account: Account, change: Callable[[stripe.Price], Given], param: str | None) -> None:
    given = {"customer": account.customer().id, "start_date": "now", **change(account.price())}
    if param is None:
        param = "customer"
    refused(account, param, **given)


def test_customer_and_prices_must_exist(account: Account) -> None:
    refused(account, "customer", phases=[phase(account.price())])
    refused(account, "customer", customer="cus_none", phases=[phase(account.price())])
    one_time = account.v1.prices.create({"currency": "usd", "unit_amount": 1, "product": account.product().id})
    refused(account, "phases[0][items][0][price]", customer=account.customer().id, phases=[phase(one_time)])


def test_a_subscription_has_one_schedule_at_most(account: Account) -> None:
    subscription = account.subscribe()
    account.v1.subscription_schedules.create({"from_subscription": subscription.id})
    refused(account, "from_subscription", from_subscription=subscription.id)
    account.v1.subscriptions.cancel(subscription.id)
    refused(account, "from_subscription", from_subscription=subscription.id)


@pytest.mark.parametrize("verb", ["update", "cancel", "release"])
@pytest.mark.parametrize("end", ["cancel", "release"])
def test_a_schedule_that_is_over_stays_so(account: Account, verb: str, end: str) -> None:
    schedules, schedule = account.v1.subscription_schedules, plan(account, phase(account.price()))
    getattr(schedules, end)(schedule.id)
    with pytest.raises(stripe.InvalidRequestError, match="currently in the"):
        getattr(schedules, verb)(schedule.id)


@pytest.mark.parametrize(
    ("phases", "message"),
    [
        ([{}], "missing at least one phase with a `start_date`"),
        ([{"start_date": START + DAY}], "start date of the current phase"),
        ([{"start_date": START, "end_date": START + DAY}], "in the past"),
        ([{"start_date": START}, {"start_date": START + 40 * DAY, "end_date": START + 39 * DAY}], "after its start"),
        ([{"start_date": START, "end_date": START + 9 * DAY}, {"start_date": START + 10 * DAY}], "overlap"),
        ([{"start_date": START, "end_date": "now"}], "last phase"),
    ],
)
def test_a_malformed_update(account: Account, phases: list[Given], message: str) -> None:
    price = account.price()
    schedule = plan(account, phase(price, duration=months(6)))
    account.advance(5 * DAY)
    before = account.control("digest")
    given = [{"items": [{"price": price.id}], **fields} for fields in phases]
    with pytest.raises(stripe.InvalidRequestError, match=message):
        account.v1.subscription_schedules.update(schedule.id, {"phases": given})
    assert account.control("digest") == before


def test_what_is_over_can_be_repeated_but_not_changed(account: Account) -> None:
    first, second = account.price(), account.price(900)
    schedule = plan(account, phase(first), phase(second, duration=months(3)))
    account.advance(35 * DAY)
    turn = START + 31 * DAY
    over = {"items": [{"price": first.id}], "start_date": START, "end_date": turn}
    present = phase(second, start_date=turn, duration=months(5))
    changed = account.v1.subscription_schedules.update(schedule.id, {"phases": [over, present]})
    assert [entry.start_date for entry in changed.phases] == [START, turn]
    over["items"] = [{"price": second.id}]
    with pytest.raises(stripe.InvalidRequestError, match="already ended"):
        account.v1.subscription_schedules.update(schedule.id, {"phases": [over, present]})
