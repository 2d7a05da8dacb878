"""A subscription schedule starts its subscription, turns from phase to phase, and lets go or cancels at its end."""

import pytest

from tests.sandbox.clocks import advance, customer_on, new_clock
from tests.sandbox.scenes import DAY, START, Account, items_of, period_of
from tests.sandbox.schedule_scenes import lived, months, paid, phase, plan, subscribed

HOUR = 3600
FEBRUARY_15, MARCH_15, APRIL_15 = START + 31 * DAY, START + 60 * DAY, START + 91 * DAY


def test_a_start_now_makes_an_active_subscription_with_a_draft(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900)))
    subscription = subscribed(account, schedule)
    assert (schedule.status, schedule.subscription, subscription.schedule) == ("active", subscription.id, schedule.id)
    assert dict(schedule.current_phase) == {"start_date": START, "end_date": FEBRUARY_15}
    assert subscription.status == "active"
    invoice = account.v1.invoices.retrieve(subscription.latest_invoice)
    assert (invoice.status, invoice.billing_reason, invoice.amount_due) == ("draft", "subscription_create", 2900)
    account.advance(HOUR)
    assert paid(account, subscription) == [2900]


def test_a_start_in_the_future_waits_for_it(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900)), start_date=START + 10 * DAY)
    assert (schedule.status, schedule.subscription, schedule.current_phase) == ("not_started", None, None)
    account.advance(10 * DAY - 1)
    assert lived(account, schedule).status == "not_started"
    account.advance(1)
    schedule = lived(account, schedule)
    subscription = subscribed(account, schedule)
    assert (schedule.status, subscription.status) == ("active", "active")
    assert subscription.start_date == subscription.created == START + 10 * DAY
    assert period_of(subscription)[0] == START + 10 * DAY


def test_a_turn_at_a_renewal_bills_the_new_phase_without_proration(account: Account) -> None:
    small, large = account.price(1000), account.price(5000)
    schedule = plan(account, phase(small, duration=months(2)), phase(large))
    account.advance_to(MARCH_15 + HOUR)
    subscription = subscribed(account, schedule)
    assert paid(account, subscription) == [1000, 1000, 5000]
    assert [item.price.id for item in items_of(subscription)] == [large.id]
    assert dict(lived(account, schedule).current_phase) == {"start_date": MARCH_15, "end_date": APRIL_15}


def test_a_turn_within_a_period_prorates(account: Account) -> None:
    """10 of 31 days are left: 3100 cents a month cost 100 a day."""
    small, large = account.price(3100), account.price(6200)
    first = phase(small, end_date=START + 21 * DAY)
    schedule = plan(account, first, phase(large, duration=months(6)))
    account.advance_to(START + 21 * DAY)
    waiting = account.v1.invoice_items.list({"pending": True}).data
    assert sorted(item.amount for item in waiting) == [-1000, 2000]
    account.advance_to(FEBRUARY_15 + HOUR)
    assert paid(account, subscribed(account, schedule)) == [3100, 6200 + 1000]


@pytest.mark.parametrize(("behavior", "amounts"), [("none", [3100, 6200]), ("always_invoice", [3100, 1000, 6200])])
def test_a_phase_says_how_its_turn_prorates(account: Account, behavior: str, amounts: list[int]) -> None:
    first = phase(account.price(3100), end_date=START + 21 * DAY)
    second = phase(account.price(6200), duration=months(6), proration_behavior=behavior)
    schedule = plan(account, first, second)
    account.advance_to(FEBRUARY_15 + HOUR)
    assert paid(account, subscribed(account, schedule)) == amounts


def test_phase_start_moves_the_anchor(account: Account) -> None:
    """Of the first month 21 of 31 days were used: 1000 comes back, and a new month starts."""
    first = phase(account.price(3100), end_date=START + 21 * DAY)
    second = phase(account.price(6200), duration=months(6), billing_cycle_anchor="phase_start")
    schedule = plan(account, first, second)
    account.advance_to(START + 21 * DAY + HOUR)
    subscription = subscribed(account, schedule)
    assert paid(account, subscription) == [3100, 6200 - 1000]
    assert subscription.billing_cycle_anchor == START + 21 * DAY
    assert period_of(subscription)[0] == START + 21 * DAY


def test_a_turn_from_months_to_years_starts_the_year_there(account: Account) -> None:
    year = {"interval": "year", "interval_count": 1}
    schedule = plan(account, phase(account.price(1000)), phase(account.price(10_000, "year"), duration=year))
    account.advance_to(FEBRUARY_15 + HOUR)
    subscription = subscribed(account, schedule)
    assert paid(account, subscription) == [1000, 10_000]
    assert period_of(subscription) == (FEBRUARY_15, FEBRUARY_15 + 366 * DAY)


def test_the_end_releases_the_subscription(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900)))
    account.advance_to(FEBRUARY_15 + HOUR)
    schedule = lived(account, schedule)
    subscription = subscribed(account, schedule)
    assert (schedule.status, schedule.released_at, schedule.current_phase) == ("released", FEBRUARY_15, None)
    assert (schedule.subscription, schedule.released_subscription) == (None, subscription.id)
    assert (subscription.schedule, subscription.status, subscription.cancel_at) == (None, "active", None)
    assert paid(account, subscription) == [2900, 2900]


def test_the_end_cancels_the_subscription_where_asked(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900), duration=months(2)), end_behavior="cancel")
    assert subscribed(account, schedule).cancel_at == MARCH_15
    account.advance_to(MARCH_15 + HOUR)
    schedule = lived(account, schedule)
    subscription = subscribed(account, schedule)
    assert (schedule.status, schedule.completed_at) == ("completed", MARCH_15)
    assert (subscription.status, subscription.ended_at) == ("canceled", MARCH_15)
    assert paid(account, subscription) == [2900, 2900]


def test_a_phase_on_trial_costs_nothing(account: Account) -> None:
    price = account.price(2900)
    schedule = plan(account, phase(price, trial=True), phase(price, duration=months(2)))
    subscription = subscribed(account, schedule)
    assert (subscription.status, subscription.trial_end) == ("trialing", FEBRUARY_15)
    account.advance_to(FEBRUARY_15 + HOUR)
    assert paid(account, subscription) == [0, 2900]
    assert account.subscription(subscription).status == "active"


def test_a_trial_may_end_within_a_phase(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900), duration=months(3), trial_end=START + 14 * DAY))
    account.advance_to(START + 14 * DAY + HOUR)
    subscription = subscribed(account, schedule)
    assert paid(account, subscription) == [0, 2900]
    assert (subscription.status, subscription.billing_cycle_anchor) == ("active", START + 14 * DAY)


def test_a_later_phase_may_be_a_trial(account: Account) -> None:
    price = account.price(2900)
    schedule = plan(account, phase(price), phase(price, trial=True), phase(price))
    account.advance_to(FEBRUARY_15 + HOUR)
    assert subscribed(account, schedule).status == "trialing"
    account.advance_to(MARCH_15 + HOUR)
    subscription = subscribed(account, lived(account, schedule))
    assert (subscription.status, paid(account, subscription)) == ("active", [2900, 0, 2900])


def test_what_a_phase_adds_is_on_its_first_invoice(account: Account) -> None:
    fee = account.v1.prices.create({"currency": "usd", "unit_amount": 5000, "product": account.product("Set-up").id})
    price = account.price(2900)
    schedule = plan(
        account,
        phase(price, add_invoice_items=[{"price": fee.id}]),
        phase(price, add_invoice_items=[{"price": fee.id, "quantity": 2}]),
    )
    account.advance_to(FEBRUARY_15 + HOUR)
    subscription = subscribed(account, schedule)
    assert paid(account, subscription) == [7900, 12_900]
    line = next(line for line in account.invoices(subscription)[1].lines.data if line.amount == 10_000)
    assert (line.period.start, line.period.end, line.quantity) == (FEBRUARY_15, MARCH_15, 2)


def test_a_phase_sets_collection_and_notes(account: Account) -> None:
    price = account.price(2900)
    billed = {"collection_method": "send_invoice", "invoice_settings": {"days_until_due": 14}}
    second = phase(price, metadata={"tier": "2"}, description="The second", **billed)
    schedule = plan(account, phase(price, metadata={"tier": "1", "kept": "yes"}), second)
    assert dict(subscribed(account, schedule).metadata) == {"tier": "1", "kept": "yes"}
    account.advance_to(FEBRUARY_15 + HOUR)
    subscription = subscribed(account, schedule)
    assert dict(subscription.metadata) == {"tier": "2", "kept": "yes"}
    assert (subscription.collection_method, subscription.days_until_due) == ("send_invoice", 14)
    assert subscription.description == "The second"
    assert [invoice.status for invoice in account.invoices(subscription)] == ["paid", "open"]


def test_default_settings_fill_what_phases_leave_open(account: Account) -> None:
    settings = {"collection_method": "send_invoice", "invoice_settings": {"days_until_due": 7}, "description": "All"}
    schedule = plan(account, phase(account.price(2900)), default_settings=settings)
    subscription = subscribed(account, schedule)
    assert (subscription.collection_method, subscription.days_until_due) == ("send_invoice", 7)
    assert (subscription.description, schedule.phases[0].description) == ("All", None)


def test_a_card_that_fails_makes_the_subscription_past_due_and_its_end_aborts_the_schedule(account: Account) -> None:
    schedule = plan(account, phase(account.price(2900), duration=months(12)), card="pm_card_chargeCustomerFail")
    account.advance(HOUR)
    assert subscribed(account, schedule).status == "past_due"
    account.advance(8 * DAY)
    assert subscribed(account, schedule).status == "canceled"
    assert lived(account, schedule).status == "canceled"
    assert "subscription_schedule.aborted" in account.event_types()


def test_the_events_of_a_whole_life(account: Account) -> None:
    schedule = plan(
        account,
        phase(account.price(2900), end_date=START + 10 * DAY),
        phase(account.price(4900), end_date=START + 20 * DAY),
        end_behavior="cancel",
        start_date=START + DAY,
    )
    account.advance(20 * DAY)
    kinds = [kind.removeprefix("subscription_schedule.") for kind in account.event_types() if "schedule" in kind]
    assert kinds == ["created", "updated", "updated", "expiring", "completed", "updated"]
    moments = [
        event.created
        for event in account.v1.events.list({"types": ["subscription_schedule.expiring"]}).data
        if event.data.object.id == schedule.id
    ]
    assert moments == [START + 13 * DAY]


@pytest.mark.parametrize(("behavior", "amounts"), [("create_prorations", [3100 + 3100 + 900]), ("none", [3100])])
def test_a_start_in_the_past_bills_the_time_since_then(account: Account, behavior: str, amounts: list[int]) -> None:
    """A month and 9 of the 31 days of the next have passed; the cycle is anchored now."""
    price, start = account.price(3100), START - 40 * DAY
    schedule = plan(account, phase(price, duration=months(6), proration_behavior=behavior), start_date=start)
    subscription = subscribed(account, schedule)
    assert (subscription.start_date, subscription.billing_cycle_anchor) == (start, START)
    assert schedule.current_phase.start_date == start
    account.advance(HOUR)
    assert paid(account, subscription) == amounts


def test_phases_bring_and_end_discounts(account: Account) -> None:
    v1, price = account.v1, account.price(3000)
    half = v1.coupons.create({"percent_off": 50, "duration": "forever"}).id
    tenth = v1.coupons.create({"percent_off": 10, "duration": "forever"}).id
    item = {"items": [{"price": price.id, "discounts": [{"coupon": tenth}]}], "duration": months(1)}
    schedule = plan(account, phase(price, discounts=[{"coupon": half}]), item, phase(price))
    account.advance_to(APRIL_15 + HOUR)
    subscription = subscribed(account, lived(account, schedule))
    assert paid(account, subscription) == [1500, 2700, 3000, 3000]
    assert (subscription.discounts, items_of(subscription)[0].discounts) == ([], [])
    assert v1.coupons.retrieve(half).times_redeemed == 1


def test_phases_have_tax_rates_of_their_own(account: Account) -> None:
    v1, price = account.v1, account.price(3000)
    rates = [
        v1.tax_rates.create({"display_name": "VAT", "percentage": part, "inclusive": False}).id for part in (20, 7)
    ]
    item = {"items": [{"price": price.id, "tax_rates": [rates[1]]}], "duration": months(1)}
    schedule = plan(account, phase(price, default_tax_rates=[rates[0]]), item, phase(price))
    account.advance_to(MARCH_15 + HOUR)
    assert paid(account, subscribed(account, schedule)) == [3600, 3210, 3000]


def test_a_coupon_that_is_gone_when_its_phase_comes_takes_nothing_off(account: Account) -> None:
    v1, price = account.v1, account.price(3000)
    coupon = v1.coupons.create({"percent_off": 50, "duration": "forever"}).id
    schedule = plan(account, phase(price), phase(price, discounts=[{"coupon": coupon}]))
    v1.coupons.delete(coupon)
    account.advance_to(FEBRUARY_15 + HOUR)
    assert paid(account, subscribed(account, schedule)) == [3000, 3000]


def test_a_schedule_of_a_customer_on_a_test_clock_lives_by_it(account: Account) -> None:
    clock = new_clock(account)
    phases = phase(account.price(2900)), phase(account.price(4900))
    schedule = plan(account, *phases, customer=customer_on(account, clock).id, start_date=START + DAY)
    assert schedule.test_clock == clock.id
    advance(account, clock, START + 40 * DAY)
    schedule = lived(account, schedule)
    assert (schedule.status, schedule.current_phase.start_date) == ("active", START + 32 * DAY)
    assert paid(account, subscribed(account, schedule)) == [2900, 4900]
