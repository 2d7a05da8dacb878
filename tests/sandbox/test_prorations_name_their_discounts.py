"""Prorations with discounts: net by default, gross with each discount where they are itemized."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, items_of, period_of


def half_way(account: Account, how: str, **fields: Any) -> stripe.Subscription:
    """Ten dollars a month less 10 % on the item and 2 dollars on the whole; half of its 30 days are over."""
    make = account.v1.coupons.create
    item = make({"percent_off": 10, "duration": "forever"}).id
    whole = make({"amount_off": 200, "currency": "usd", "duration": "forever"}).id
    account.advance_to(account.now + 77 * DAY)
    subscription = account.subscribe(
        items=[{"price": account.price(1000).id, "discounts": [{"coupon": item}]}],
        discounts=[{"coupon": whole}],
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": how}},
        **fields,
    )
    start, end = period_of(subscription)
    assert end - start == 30 * DAY
    account.advance(15 * DAY)
    return subscription


def doubled(account: Account, subscription: stripe.Subscription) -> stripe.Invoice:
    change: Any = {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}], "expand": ["latest_invoice"]}
    changed = account.v1.subscriptions.update(subscription.id, {**change, "proration_behavior": "always_invoice"})
    return changed.latest_invoice


@pytest.mark.parametrize("how", ["included", "itemized"])
def test_the_same_is_owed_whichever_way_it_is_shown(account: Account, how: str) -> None:
    """7 dollars were paid, 3.50 come back; two cost 20 less 10 % less 2 dollars, 16, of which 8 are owed."""
    invoice = doubled(account, half_way(account, how))
    assert (invoice.total, invoice.amount_paid) == (450, 450)
    parts = [(line.amount, [share.amount for share in line.discount_amounts]) for line in invoice.lines.data]
    if how == "included":
        assert parts == [(-350, [0]), (800, [0])]
        assert (invoice.subtotal, [each.amount for each in invoice.total_discount_amounts]) == (450, [0])
    else:
        assert parts == [(-500, [-50, -100]), (1000, [100, 100])]
        assert invoice.subtotal == 500 - 50
        assert sorted(each.amount for each in invoice.total_discount_amounts) == [0, 50]
    assert not any(line.discountable for line in invoice.lines.data)


def test_invoice_items_of_itemized_prorations_show_gross_and_net(account: Account) -> None:
    subscription = half_way(account, "itemized")
    change: Any = {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}]}
    account.v1.subscriptions.update(subscription.id, change)
    debit, credit = account.v1.invoice_items.list({"pending": True}).data
    assert (debit.amount, debit.net_amount, credit.amount, credit.net_amount) == (1000, 800, -500, -350)
    assert [share.amount for share in debit.proration_details.discount_amounts] == [100, 100]
    assert [share.amount for share in credit.proration_details.discount_amounts] == [-50, -100]
    account.advance_to(period_of(subscription)[1])
    renewal = account.invoices(subscription)[-1]
    assert renewal.total == 450 + 1600
    assert renewal.subtotal == 450 + 1800


@pytest.mark.parametrize(
    ("how", "totals"), [("always_invoice", [1000, 0, 2000, 2000]), ("create_prorations", [1000, 1000, 2000])]
)
def test_a_discount_of_one_invoice_is_used_by_the_next_with_its_prorations(
    account: Account, how: Any, totals: list[int]
) -> None:
    """Half of the second thing's month is 10 dollars for two less 50 %, and 5 come back; the renewal is 20 dollars."""
    subscription = account.subscribe(account.price(1000))
    start, end = period_of(subscription)
    coupon = account.v1.coupons.create({"percent_off": 50, "duration": "once"}).id
    account.advance_to((start + end) // 2)
    change: Any = {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}], "discounts": [{"coupon": coupon}]}
    changed = account.v1.subscriptions.update(subscription.id, {**change, "proration_behavior": how})
    assert len(changed.discounts) == (how == "create_prorations")
    account.advance_to(end)
    assert account.subscription(subscription).discounts == []
    account.advance(31 * DAY)
    assert [invoice.total for invoice in account.invoices(subscription)] == totals
