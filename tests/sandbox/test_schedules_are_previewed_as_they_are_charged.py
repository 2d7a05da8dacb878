"""`create_preview` of a schedule, or of a subscription that has one, equals the invoice that comes later."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, START, Account
from tests.sandbox.schedule_scenes import months, phase, plan, subscribed

HOUR = 3600


def shown(invoice: stripe.Invoice) -> list[Any]:
    lines = [(line.description, line.amount, line.period.start, line.period.end) for line in invoice.lines.data]
    return [invoice.total, invoice.amount_due, sorted(lines)]


def test_the_first_invoice_of_a_schedule_to_come(account: Account) -> None:
    v1, price, customer = account.v1, account.price(2900), account.customer().id
    fee = v1.prices.create({"currency": "usd", "unit_amount": 700, "product": account.product("Set-up").id})
    wanted = phase(price, duration=months(3), add_invoice_items=[{"price": fee.id}])
    before = account.control("digest")
    start = START + 9 * DAY
    given = {"customer": customer, "schedule_details": {"phases": [{**wanted, "start_date": start}]}}
    preview = v1.invoices.create_preview(given)
    assert account.control("digest") == before
    schedule = plan(account, wanted, customer=customer, start_date=start)
    assert shown(v1.invoices.create_preview({"schedule": schedule.id})) == shown(preview)
    account.advance_to(start + HOUR)
    (invoice,) = account.invoices(subscribed(account, account.v1.subscription_schedules.retrieve(schedule.id)))
    assert (shown(invoice), invoice.amount_paid) == (shown(preview), 3600)


@pytest.mark.parametrize("behavior", ["create_prorations", "none", "always_invoice"])
@pytest.mark.parametrize("days", [12, 21, 31, 40])
@pytest.mark.parametrize("anchor", ["automatic", "phase_start"])
@pytest.mark.parametrize("ending", ["release", "cancel"])
def test_every_next_invoice_of_a_schedule(account: Account, behavior: str, days: int, anchor: str, ending: str) -> None:
    """Each invoice of four months is the one that was previewed a moment after the one before it."""
    first = phase(account.price(3100), end_date=START + days * DAY)
    second = phase(account.price(6217), duration=months(2), proration_behavior=behavior, billing_cycle_anchor=anchor)
    schedule = plan(account, first, second, end_behavior=ending)
    subscription = subscribed(account, schedule)
    previews = []
    for _ in range(40):
        seen = len(account.invoices(subscription))
        try:
            preview = account.v1.invoices.create_preview({"subscription": subscription.id})
        except stripe.InvalidRequestError:
            break
        if len(previews) < seen:
            previews.append(preview)
        account.advance(3 * DAY)
    made = account.invoices(subscription)[1:]
    assert [shown(invoice) for invoice in made] == [shown(preview) for preview in previews[: len(made)]]
    assert len(made) >= 2


def test_a_change_of_a_schedule_is_previewed(account: Account) -> None:
    v1, small, large = account.v1, account.price(3100), account.price(6200)
    schedule = plan(account, phase(small, duration=months(4)))
    subscription = subscribed(account, schedule)
    account.advance_to(START + 21 * DAY)
    present = {"start_date": START, "duration": months(4), "items": [{"price": large.id}]}
    details = {"phases": [present], "proration_behavior": "always_invoice"}
    preview = v1.invoices.create_preview({"schedule": schedule.id, "schedule_details": details})
    assert preview.total == 1000
    v1.subscription_schedules.update(schedule.id, details)
    assert shown(account.invoices(subscription)[-1]) == shown(preview)


def test_a_turn_that_is_still_to_be_planned_is_previewed(account: Account) -> None:
    v1, small, large = account.v1, account.price(3100), account.price(6200)
    subscription = account.subscribe(small)
    schedule = v1.subscription_schedules.create({"from_subscription": subscription.id})
    present = {"start_date": START, "end_date": START + 31 * DAY, "items": [{"price": small.id}]}
    phases = [present, phase(large)]
    preview = v1.invoices.create_preview({"schedule": schedule.id, "schedule_details": {"phases": phases}})
    assert preview.total == 6200
    v1.subscription_schedules.update(schedule.id, {"phases": phases})
    account.advance(31 * DAY)
    assert shown(account.invoices(subscription)[-1]) == shown(preview)


def test_nothing_is_upcoming_where_the_schedule_cancels(account: Account) -> None:
    schedule = plan(account, phase(account.price(3100)), end_behavior="cancel")
    for given in ({"schedule": schedule.id}, {"subscription": schedule.subscription}):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            account.v1.invoices.create_preview(given)
        assert caught.value.code == "invoice_upcoming_none"
