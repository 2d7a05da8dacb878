"""`add_invoice_items`, `pending_invoice_item_interval`, and what a subscription sets for its invoices."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of

HOUR = 3600


def one_off(account: Account, amount: int = 5000, **fields: Any) -> stripe.Price:
    return account.v1.prices.create(
        {"currency": "usd", "unit_amount": amount, "product": account.product("Setup").id, **fields}
    )


def test_they_are_on_the_first_invoice_even_of_a_trial(account: Account) -> None:
    fee = one_off(account)
    for more, total in (({}, 12_900), ({"trial_period_days": 5}, 10_000)):
        subscription = account.subscribe(add_invoice_items=[{"price": fee.id, "quantity": 2}], **more)
        first = account.invoices(subscription)[0]
        assert (first.total, first.amount_paid) == (total, total)
        line = first.lines.data[0]
        assert (line.amount, line.quantity, line.description) == (10_000, 2, "Setup")
        assert (line.period.start, line.period.end) == period_of(subscription)
        assert subscription.status == ("trialing" if more else "active")


def test_a_trial_whose_fee_is_not_paid_is_incomplete(account: Account) -> None:
    extras = [{"price": one_off(account).id}]
    subscription = account.subscribe(card="pm_card_chargeCustomerFail", trial_period_days=5, add_invoice_items=extras)
    assert subscription.status == "incomplete"
    account.v1.invoices.pay(subscription.latest_invoice, {"payment_method": "pm_card_visa"})
    assert account.subscription(subscription).status == "trialing"


def test_a_change_puts_them_on_the_next_invoice(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    extra = {"price_data": {"currency": "usd", "product": account.product("Visit").id, "unit_amount": 900}}
    account.v1.subscriptions.update(subscription.id, {"add_invoice_items": [extra]})
    assert len(account.invoices(subscription)) == 1
    account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "quantity": 2}],
            "add_invoice_items": [{"price": one_off(account).id}],
            "proration_behavior": "always_invoice",
        },
    )
    assert account.invoices(subscription)[-1].total == 900 + 5000 + 3100


def test_they_are_one_time_and_in_the_currency(account: Account) -> None:
    for price in (account.price(), one_off(account, currency="eur")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            account.subscribe(add_invoice_items=[{"price": price.id}])
        assert refused.value.param == "add_invoice_items[0][price]"


def test_what_waits_can_be_invoiced_more_often_than_it_renews(account: Account) -> None:
    every = {"interval": "month", "interval_count": 2}
    subscription = account.subscribe(account.price(90_000, "year"), pending_invoice_item_interval=every)
    start = account.now
    assert subscription.next_pending_invoice_item_invoice == start + 60 * DAY  # 15 January to 15 March 2024
    account.advance_to(start + 60 * DAY)
    assert len(account.invoices(subscription)) == 1
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}]})
    account.advance_to(start + 121 * DAY + HOUR)
    invoices = account.invoices(subscription)
    assert [invoice.status for invoice in invoices] == ["paid", "paid"]
    assert invoices[-1].amount_paid == 150_492 - 75_246  # 306 of 366 days
    cleared = account.v1.subscriptions.update(subscription.id, {"pending_invoice_item_interval": ""})
    assert (cleared.pending_invoice_item_interval, cleared.next_pending_invoice_item_invoice) == (None, None)
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.update(
            subscription.id, {"pending_invoice_item_interval": {"interval": "month", "interval_count": 13}}
        )


def test_settings_for_invoices_are_on_each_of_them(account: Account) -> None:
    subscription = account.subscribe(
        invoice_settings={"footer": "Thank you", "custom_fields": [{"name": "PO", "value": "17"}]},
        payment_settings={
            "payment_method_types": ["card"],
            "payment_method_options": {"card": {"request_three_d_secure": "any"}},
            "save_default_payment_method": "on_subscription",
        },
    )
    invoice = account.invoices(subscription)[0].to_dict()
    assert (invoice["footer"], invoice["custom_fields"]) == ("Thank you", [{"name": "PO", "value": "17"}])
    assert invoice["payment_settings"]["payment_method_types"] == ["card"]
    assert invoice["payment_settings"]["payment_method_options"] == {"card": {"request_three_d_secure": "any"}}


def test_a_price_of_its_own_trial_is_used_when_asked(account: Account) -> None:
    price = account.v1.prices.create(
        {
            "currency": "usd",
            "unit_amount": 900,
            "recurring": {"interval": "month", "trial_period_days": 9},
            "product": account.product().id,
        }
    )
    assert account.subscribe(price).status == "active"
    subscription = account.subscribe(price, trial_from_plan=True)
    assert (subscription.status, subscription.trial_end) == ("trialing", account.now + 9 * DAY)
    with pytest.raises(stripe.InvalidRequestError):
        account.subscribe(price, trial_from_plan=True, trial_end=account.now + DAY)


def test_classic_billing_migrates_to_flexible_and_not_back(account: Account) -> None:
    subscription = account.subscribe(account.price(3100), billing_mode={"type": "classic"})
    migrated = account.v1.subscriptions.migrate(subscription.id, {"billing_mode": {"type": "flexible"}})
    assert (migrated.billing_mode.type, migrated.billing_mode.updated_at) == ("flexible", account.now)
    account.v1.subscriptions.update(migrated.id, {"items": [{"price": account.price(5000, "year").id}]})
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.migrate(subscription.id, {"billing_mode": {"type": "flexible"}})


def test_another_price_starts_with_a_quantity_of_one(account: Account) -> None:
    subscription = account.subscribe(items=[{"price": account.price().id, "quantity": 5}])
    item = items_of(subscription)[0].id
    changed = account.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "price": account.price(9).id}]})
    assert items_of(changed)[0].quantity == 1
    with pytest.raises(stripe.InvalidRequestError) as refused:
        account.v1.subscription_items.delete(item, {"clear_usage": True})
    assert refused.value.param == "items[0][clear_usage]"
