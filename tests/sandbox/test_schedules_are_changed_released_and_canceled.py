"""A schedule is made from a subscription, updated, released and canceled; what a subscription does follows it."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, START, Account, items_of
from tests.sandbox.schedule_scenes import lived, months, paid, phase, plan, subscribed

HOUR = 3600
FEBRUARY_15, MARCH_15, APRIL_15 = START + 31 * DAY, START + 60 * DAY, START + 91 * DAY


def test_a_schedule_from_a_subscription_has_its_period_as_a_phase(account: Account) -> None:
    price = account.price(2900)
    subscription = account.subscribe(items=[{"price": price.id, "quantity": 3}], metadata={"a": "b"})
    schedule = account.v1.subscription_schedules.create({"from_subscription": subscription.id})
    assert (schedule.status, schedule.subscription, schedule.end_behavior) == ("active", subscription.id, "release")
    (only,) = schedule.phases
    assert (only.start_date, only.end_date) == (START, FEBRUARY_15)
    assert [(item.price, item.quantity) for item in only["items"]] == [(price.id, 3)]
    assert account.subscription(subscription).schedule == schedule.id
    account.advance_to(FEBRUARY_15 + HOUR)
    assert lived(account, schedule).status == "released"
    assert paid(account, subscription) == [8700, 8700]


def test_a_downgrade_at_the_end_of_the_period(account: Account) -> None:
    """The documented way: a schedule from the subscription, with a phase after the present one."""
    large, small = account.price(5000), account.price(1000)
    subscription = account.subscribe(large)
    schedule = account.v1.subscription_schedules.create({"from_subscription": subscription.id})
    present = {"items": [{"price": large.id}], "start_date": START, "end_date": FEBRUARY_15}
    account.v1.subscription_schedules.update(schedule.id, {"phases": [present, phase(small)]})
    account.advance_to(MARCH_15 + HOUR)
    assert paid(account, subscription) == [5000, 1000, 1000]
    assert account.subscription(subscription).schedule is None


def test_an_update_of_the_present_phase_prorates_as_the_request_says(account: Account) -> None:
    price = account.price(3100)
    schedule = plan(account, phase(price, duration=months(3)))
    account.advance(HOUR)
    account.advance_to(START + 21 * DAY)
    present = {"start_date": START, "end_date": APRIL_15, "items": [{"price": price.id, "quantity": 3}]}
    given = {"phases": [present], "proration_behavior": "always_invoice"}
    account.v1.subscription_schedules.update(schedule.id, given)
    assert paid(account, subscribed(account, schedule)) == [3100, 2000]
    assert lived(account, schedule).phases[0]["items"][0].quantity == 3


def test_the_present_phase_may_end_now(account: Account) -> None:
    small, large = account.price(3100), account.price(6200)
    schedule = plan(account, phase(small, duration=months(3)))
    account.advance(HOUR)
    account.advance_to(START + 21 * DAY)
    over = {"start_date": START, "end_date": "now", "items": [{"price": small.id}]}
    fresh = phase(large, start_date="now", proration_behavior="always_invoice")
    schedule = account.v1.subscription_schedules.update(schedule.id, {"phases": [over, fresh]})
    assert schedule.current_phase.start_date == START + 21 * DAY
    assert schedule.phases[0].end_date == START + 21 * DAY
    assert paid(account, subscribed(account, schedule)) == [3100, 1000]


def test_a_schedule_that_waits_may_start_now(account: Account) -> None:
    price = account.price(2900)
    schedule = plan(account, phase(price), start_date=START + 30 * DAY)
    account.advance(DAY)
    given = {"phases": [phase(price, start_date="now")]}
    schedule = account.v1.subscription_schedules.update(schedule.id, given)
    assert (schedule.status, schedule.current_phase.start_date) == ("active", START + DAY)
    assert subscribed(account, schedule).status == "active"


def test_a_release_leaves_the_subscription_as_it_is(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900)), phase(account.price(9900)))
    released = account.v1.subscription_schedules.release(schedule.id)
    assert (released.status, released.subscription) == ("released", None)
    subscription = subscribed(account, released)
    account.advance_to(FEBRUARY_15 + HOUR)
    assert paid(account, subscription) == [2900, 2900]


@pytest.mark.parametrize(("keep", "cancel_at"), [(True, FEBRUARY_15), (False, None)])
def test_a_release_may_keep_the_cancel_date(account: Account, keep: bool, cancel_at: int | None) -> None:
    schedule = plan(account, phase(account.price(2900)), end_behavior="cancel")
    released = account.v1.subscription_schedules.release(schedule.id, {"preserve_cancel_date": keep})
    assert subscribed(account, released).cancel_at == cancel_at
    account.advance_to(FEBRUARY_15)
    assert subscribed(account, released).status == ("canceled" if keep else "active")


def test_a_cancellation_credits_and_invoices_by_default(account: Account) -> None:
    """10 of 31 days are left: 1000 of 3100 come back, as a credit on a last invoice."""
    schedule = plan(account, phase(account.price(3100)))
    account.advance(HOUR)
    account.advance_to(START + 21 * DAY)
    canceled = account.v1.subscription_schedules.cancel(schedule.id)
    subscription = account.v1.subscriptions.retrieve(schedule.subscription)
    assert (canceled.status, canceled.canceled_at, subscription.status) == ("canceled", START + 21 * DAY, "canceled")
    assert [invoice.total for invoice in account.invoices(subscription)] == [3100, -1000]
    assert account.v1.customers.retrieve(subscription.customer).balance == -1000


def test_a_cancellation_may_leave_the_money(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)))
    account.advance(DAY)
    account.v1.subscription_schedules.cancel(schedule.id, {"prorate": False, "invoice_now": False})
    subscription = account.v1.subscriptions.retrieve(schedule.subscription)
    assert [invoice.total for invoice in account.invoices(subscription)] == [3100]


def test_a_schedule_that_waits_is_canceled_without_a_subscription(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)), start_date=START + DAY)
    assert account.v1.subscription_schedules.cancel(schedule.id).status == "canceled"
    account.advance(2 * DAY)
    assert account.v1.subscriptions.list({"status": "all"}).data == []


def test_a_canceled_subscription_cancels_its_schedule(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)))
    account.v1.subscriptions.cancel(schedule.subscription)
    assert lived(account, schedule).status == "canceled"


def test_a_changed_subscription_changes_the_present_phase(account: Account) -> None:
    price = account.price(3100)
    schedule = plan(account, phase(price), phase(price))
    subscription = subscribed(account, schedule)
    item = items_of(subscription)[0].id
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "quantity": 4}]})
    phases = lived(account, schedule).phases
    assert [entry["items"][0].quantity for entry in phases] == [4, 1]


def test_the_end_of_a_scheduled_subscription_is_the_schedules_to_say(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)))
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        account.v1.subscriptions.update(schedule.subscription, {"cancel_at_period_end": True})


def test_lists_filter_by_customer_state_and_moments(account: Account) -> None:
    v1, price = account.v1, account.price(3100)
    waiting = plan(account, phase(price), start_date=START + 90 * DAY)
    released, canceled = plan(account, phase(price)), plan(account, phase(price))
    account.advance(DAY)
    v1.subscription_schedules.release(released.id)
    v1.subscription_schedules.cancel(canceled.id)
    done = plan(account, phase(price), end_behavior="cancel")
    account.advance(32 * DAY)

    def found(**filters: object) -> list[str]:
        return [entry.id for entry in v1.subscription_schedules.list(filters).data]

    assert found(scheduled=True) == [waiting.id]
    assert found(scheduled=False) == [done.id, canceled.id, released.id]
    assert found(customer=waiting.customer) == [waiting.id]
    assert found(released_at={"gte": START + DAY}) == [released.id]
    assert found(canceled_at={"lt": START + 2 * DAY}) == [canceled.id]
    assert found(completed_at={"gt": START}) == [done.id]
    assert found(created={"gt": START}) == [done.id]


def test_a_subscription_shows_its_schedule_when_expanded(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)))
    subscription = account.v1.subscriptions.retrieve(schedule.subscription, {"expand": ["schedule"]})
    assert subscription.schedule.phases[0].start_date == START


def test_a_discount_goes_on_through_a_change_that_names_it(account: Account) -> None:
    v1, price = account.v1, account.price(3000)
    coupon = v1.coupons.create({"percent_off": 50, "duration": "forever"}).id
    subscription = account.subscribe(price, discounts=[{"coupon": coupon}])
    schedule = v1.subscription_schedules.create({"from_subscription": subscription.id})
    (kept,) = schedule.phases[0].discounts
    assert kept.discount == subscription.discounts[0]
    same = {"discounts": [{"discount": kept.discount}]}
    present = {"items": [{"price": price.id}], "start_date": START, "end_date": FEBRUARY_15, **same}
    v1.subscription_schedules.update(schedule.id, {"phases": [present, phase(price, **same), phase(price)]})
    account.advance_to(MARCH_15 + HOUR)
    assert paid(account, subscription) == [1500, 1500, 3000]
    assert v1.coupons.retrieve(coupon).times_redeemed == 1
