"""Subscription schedules in each of their states."""

from tests.sandbox.scenes import DAY, Account
from tests.sandbox.schedule_scenes import months, phase, plan

ALWAYS = {
    "subscription_schedule": "application canceled_at completed_at current_phase released_at released_subscription"
    " subscription test_clock phases default_settings billing_mode",
}


def live(account: Account) -> None:
    v1, price, large = account.v1, account.price(1000), account.price(5000)
    fee = v1.prices.create({"currency": "usd", "unit_amount": 700, "product": account.product("Set-up").id})
    plan(account, phase(price, add_invoice_items=[{"price": fee.id}]), phase(large, trial=True), end_behavior="cancel")
    plan(account, phase(price, metadata={"a": "b"}), phase(large, duration=months(9), description="Later"))
    plan(account, phase(large), start_date=account.now + 90 * DAY, metadata={"waits": "yes"})
    v1.subscription_schedules.cancel(plan(account, phase(price)).id)
    v1.subscription_schedules.cancel(plan(account, phase(price), start_date=account.now + DAY).id)
    v1.subscription_schedules.release(plan(account, phase(price, trial_end=account.now + DAY)).id)
    v1.subscription_schedules.create({"from_subscription": account.subscribe(price).id})
    account.advance(70 * DAY)
