"""Status `paused` after a trial, and its way back: the invoice of the resumption decides."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, period_of

HOUR = 3600


def paused(account: Account, **more: object) -> stripe.Subscription:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = account.subscribe(
        account.price(3100), card=None, trial_period_days=7, trial_settings=settings, **more
    )
    account.advance(20 * DAY)
    return account.subscription(subscription)


def test_a_payment_resumes_it_on_a_new_anchor(account: Account) -> None:
    subscription = paused(account)
    assert subscription.status == "paused"
    account.v1.subscriptions.update(subscription.id, {"default_payment_method": "pm_card_visa"})
    resumed = account.v1.subscriptions.resume(subscription.id)
    assert (resumed.status, resumed.billing_cycle_anchor) == ("active", account.now)
    assert period_of(resumed) == (account.now, account.now + 29 * DAY)  # 4 February to 4 March 2024
    assert account.invoices(resumed)[-1].amount_paid == 3100


def test_it_stays_paused_until_the_invoice_is_paid(account: Account) -> None:
    subscription = paused(account)
    waiting = account.v1.subscriptions.resume(subscription.id)
    invoice = account.v1.invoices.retrieve(waiting.latest_invoice)
    assert (waiting.status, invoice.status, period_of(waiting)) == ("paused", "open", period_of(subscription))
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.resume(subscription.id)
    asked, _ = account.now, account.advance(5 * HOUR)
    account.v1.invoices.pay(invoice.id, {"payment_method": "pm_card_visa"})
    resumed = account.subscription(subscription)
    assert (resumed.status, period_of(resumed)[0]) == ("active", asked)
    assert "customer.subscription.resumed" in account.event_types()


@pytest.mark.parametrize("how", ["time", "void"])
def test_an_invoice_that_is_given_up_leaves_it_paused(account: Account, how: str) -> None:
    subscription = paused(account)
    invoice = account.v1.subscriptions.resume(subscription.id).latest_invoice
    if how == "void":
        account.v1.invoices.void_invoice(invoice)
    account.advance(23 * HOUR)
    assert account.v1.invoices.retrieve(invoice).status == "void"
    assert account.subscription(subscription).status == "paused"
    account.v1.subscriptions.update(subscription.id, {"default_payment_method": "pm_card_visa"})
    assert account.v1.subscriptions.resume(subscription.id).status == "active"


def test_an_uncollectible_invoice_resumes_it(account: Account) -> None:
    subscription = paused(account)
    invoice = account.v1.subscriptions.resume(subscription.id).latest_invoice
    account.v1.invoices.mark_uncollectible(invoice)
    assert account.subscription(subscription).status == "active"


def test_with_the_old_anchor_the_first_part_is_prorated(account: Account) -> None:
    subscription = paused(account)  # the trial ended on 22 January, the anchor
    account.v1.subscriptions.update(subscription.id, {"default_payment_method": "pm_card_visa"})
    resumed = account.v1.subscriptions.resume(subscription.id, {"billing_cycle_anchor": "unchanged"})
    assert resumed.billing_cycle_anchor == subscription.billing_cycle_anchor
    assert period_of(resumed) == (account.now, subscription.billing_cycle_anchor + 31 * DAY)
    assert account.invoices(resumed)[-1].amount_paid == 1800


def test_only_paused_subscriptions_that_are_charged_resume(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.subscriptions.resume(account.subscribe().id)


def test_a_change_while_it_is_paused_costs_nothing_until_it_resumes(account: Account) -> None:
    subscription = paused(account)
    yearly, item = account.price(50_000, "year"), subscription["items"].data[0].id
    changed = account.v1.subscriptions.update(
        subscription.id,
        {"items": [{"id": item, "price": yearly.id}], "default_payment_method": "pm_card_visa"},
    )
    assert (changed.status, len(account.invoices(changed))) == ("paused", 1)
    account.v1.subscriptions.resume(subscription.id)
    assert account.invoices(subscription)[-1].amount_paid == 50_000
