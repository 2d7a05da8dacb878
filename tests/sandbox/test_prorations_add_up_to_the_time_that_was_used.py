"""Prorations to the second: whatever changes, what is charged in the end is the price of what was used, for as long as
it was used."""

from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.scenes import DAY, Account, items_of, period_of

STEPS = st.lists(
    st.tuples(st.integers(1, 5 * DAY), st.integers(0, 30), st.sampled_from(["always_invoice", "create_prorations"])),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("mode", ["flexible", "classic"])
@pytest.mark.parametrize(("currency", "interval"), [("usd", "month"), ("jpy", "year")])
def test_the_sum_of_all_invoices_is_the_sum_of_all_seconds(
    account: Account, mode: str, currency: str, interval: str
) -> None:
    price = account.price(3137, interval, currency=currency)

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(first=st.integers(1, 20), steps=STEPS)
    def random_lives(first: int, steps: list[tuple[int, int, str]]) -> None:
        check(account, price, mode, first, steps)

    random_lives()


def check(account: Account, price: stripe.Price, mode: str, first: int, steps: list[tuple[int, int, str]]) -> None:
    items = [{"price": price.id, "quantity": first}]
    subscription = account.subscribe(items=items, billing_mode={"type": mode})
    start, end = period_of(subscription)
    item, quantity, used, since = items_of(subscription)[0].id, first, 0, start
    for wait, after, behavior in steps:
        now = account.advance(wait)
        used, since = used + quantity * (now - since), now
        quantity = after
        account.v1.subscriptions.update(
            subscription.id, {"items": [{"id": item, "quantity": after}], "proration_behavior": behavior}
        )
    account.v1.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})
    charged = sum(invoice.total for invoice in account.invoices(subscription))
    exact = price.unit_amount * used / (end - start)
    assert abs(charged - exact) <= 0.5 * (2 * len(steps) + 2)
    assert account.v1.invoice_items.list({"pending": True, "customer": subscription.customer}).data == []


def changed(account: Account, subscription: stripe.Subscription, **change: Any) -> stripe.Invoice:
    """The invoice of a change that is invoiced at once."""
    account.v1.subscriptions.update(subscription.id, {"proration_behavior": "always_invoice", **change})
    return account.invoices(subscription)[-1]


def credits(invoice: stripe.Invoice) -> list[int]:
    return [line.amount for line in invoice.lines.data if line.amount < 0]


def test_a_change_that_is_dated_back_credits_every_debit_by_itself(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    start, item = account.now, items_of(subscription)[0].id
    account.advance(20 * DAY)
    changed(account, subscription, items=[{"id": item, "quantity": 2}])
    account.advance(DAY)
    invoice = changed(account, subscription, items=[{"id": item, "quantity": 0}], proration_date=start + 10 * DAY)
    # 10 of the 21 days of the first debit were not credited yet, and all 11 days of the second.
    assert credits(invoice) == [-1000, -2200]
    details = invoice.lines.data[0].parent.subscription_item_details.proration_details.credited_items
    assert details.invoice == subscription.latest_invoice


def test_an_unpaid_invoice_counts_as_debited_and_a_voided_one_does_not(account: Account) -> None:
    account.control("settings", {"after_retries": "past_due"})
    for status, given_back in (("open", [-1600]), ("void", [])):
        subscription = account.subscribe(account.price(3100), card="pm_card_sandbox_failsOnRenewal")
        start = account.advance_to(period_of(subscription)[1] + 3600) - 3600
        end = period_of(account.subscription(subscription))[1]
        invoice = account.invoices(subscription)[-1]
        assert invoice.status == "open"
        if status == "void":
            account.v1.invoices.void_invoice(invoice.id)
        half = start + (end - start) * 15 // 31
        account.advance_to(half)
        made = changed(account, subscription, items=[{"id": items_of(subscription)[0].id, "quantity": 0}])
        assert credits(made) == given_back


def test_a_tier_or_package_is_prorated_as_a_whole(account: Account) -> None:
    tiers = [{"up_to": 10, "unit_amount": 310}, {"up_to": "inf", "unit_amount": 155, "flat_amount": 620}]
    tiered = account.v1.prices.create(
        {
            "currency": "usd",
            "billing_scheme": "tiered",
            "tiers_mode": "graduated",
            "tiers": tiers,
            "recurring": {"interval": "month"},
            "product": account.product().id,
        }
    )
    packed = account.price(3100, transform_quantity={"divide_by": 10, "round": "up"})
    for price, whole, more in ((tiered, 3100 + 620 + 775, 3100), (packed, 6200, 3100)):
        subscription = account.subscribe(items=[{"price": price.id, "quantity": 15}])
        assert account.invoices(subscription)[0].total == whole
        account.advance_to(period_of(subscription)[0] + (period_of(subscription)[1] - period_of(subscription)[0]) // 2)
        made = changed(account, subscription, items=[{"id": items_of(subscription)[0].id, "quantity": 10}])
        assert made.total == -(whole - whole // 2 if whole % 2 else whole // 2) + more // 2


def test_a_deleted_invoice_item_was_never_debited(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    item = items_of(subscription)[0].id
    account.advance(10 * DAY)
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": item, "quantity": 2}]})
    for waiting in account.v1.invoice_items.list({"pending": True}).data:
        account.v1.invoice_items.delete(waiting.id)
    made = changed(account, subscription, items=[{"id": item, "quantity": 1}])
    assert (credits(made), made.total) == ([], 2100)
