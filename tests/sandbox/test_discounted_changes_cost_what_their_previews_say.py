"""Any change of a subscription with discounts and taxes costs to the cent what its preview says."""

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.scenes import DAY, START, Account, items_of, period_of

CHANGES = st.lists(
    st.tuples(
        st.integers(0, 25 * DAY),
        st.sampled_from(["cheap", "dear", "yearly"]),
        st.integers(1, 9),
        st.sampled_from(["create_prorations", "always_invoice", "none"]),
        st.sampled_from([None, "", "percent", "fixed", "once"]),
    ),
    min_size=1,
    max_size=3,
)


def amounts(invoice: Any) -> list[Any]:
    lines = [
        (line.amount, [each.amount for each in line.discount_amounts], [tax.amount for tax in line.taxes])
        for line in invoice.lines.data
    ]
    return [invoice.subtotal, invoice.total, invoice.total_excluding_tax, invoice.amount_due, sorted(lines)]


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    mode=st.sampled_from(["included", "itemized", "classic"]),
    first=st.integers(100, 99_999),
    start=st.sampled_from(["percent", "fixed", "once"]),
    inclusive=st.booleans(),
    changes=CHANGES,
)
def test_any_discounted_change_costs_what_its_preview_says(
    account: Account, mode: str, first: int, start: str, inclusive: bool, changes: list
) -> None:
    account.control("reset", {"clock": START})
    coupons, rate = offers(account), {"display_name": "T", "inclusive": inclusive, "percentage": "7.7"}
    product = account.product().id
    prices = {
        "cheap": account.price(first, product=product).id,
        "dear": account.price(first * 3 + 1, product=product).id,
        "yearly": account.price(first * 10, "year", product=product).id,
    }
    flexible = {"type": "flexible", "flexible": {"proration_discounts": mode}}
    items = [{"price": prices["cheap"], "tax_rates": [account.v1.tax_rates.create(rate).id]}]
    subscription = account.subscribe(
        items=items,
        discounts=[{"coupon": coupons[start]}],
        billing_mode={"type": mode} if mode == "classic" else flexible,
        customer=account.customer().id,
    )
    for wait, price, quantity, behavior, offer in changes:
        account.advance(wait)
        item = {"id": items_of(subscription)[0].id, "price": prices[price], "quantity": quantity}
        discounts = {} if offer is None else {"discounts": [{"coupon": coupons[offer]}] if offer else ""}
        check(account, subscription.id, {"items": [item], "proration_behavior": behavior}, discounts)


def offers(account: Account) -> dict[str, str]:
    make = account.v1.coupons.create
    return {
        "percent": make({"percent_off": "12.5", "duration": "forever"}).id,
        "fixed": make({"amount_off": 777, "currency": "usd", "duration": "forever"}).id,
        "once": make({"percent_off": 33, "duration": "once"}).id,
    }


def check(account: Account, subscription_id: str, change: Any, discounts: Any) -> None:
    before = settled(account, subscription_id)
    preview = account.v1.invoices.create_preview(
        {"subscription": subscription_id, "subscription_details": change, **discounts}
    )
    after = account.v1.subscriptions.update(subscription_id, {**change, **discounts})
    if after.latest_invoice == before.latest_invoice:
        account.advance_to(period_of(after)[1])
    charged = account.v1.invoices.retrieve(account.v1.subscriptions.retrieve(subscription_id).latest_invoice)
    assert amounts(charged) == amounts(preview)


def settled(account: Account, subscription_id: str) -> Any:
    """Without a draft that will still use the customer's balance: a preview shows the balance as it is."""
    subscription = account.v1.subscriptions.retrieve(subscription_id)
    if account.v1.invoices.retrieve(subscription.latest_invoice).status == "draft":
        account.advance(3600)
    return account.v1.subscriptions.retrieve(subscription_id)
