"""Prorations are exact to the second, and a preview equals to the cent what is charged."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.scenes import DAY, START, Account, items_of, period_of


def lines_of(invoice: Any) -> list[tuple[int, int, int, str | None]]:
    return [
        (line.amount, line.period.start, line.period.end, line.pricing.price_details.price)
        for line in invoice.lines.data
    ]


def test_an_upgrade_in_the_middle_is_exact_to_the_second(account: Account) -> None:
    cheap, dear = account.price(3100), account.price(9300)
    subscription = account.subscribe(cheap)
    start, end = period_of(subscription)
    account.advance(10 * DAY + 1)
    changed = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": items_of(subscription)[0].id, "price": dear.id}],
            "proration_behavior": "always_invoice",
            "expand": ["latest_invoice"],
        },
    )
    left, whole = end - account.now, end - start
    expected = [-round(3100 * left / whole), round(9300 * left / whole)]
    invoice = changed.latest_invoice
    assert [line.amount for line in invoice.lines.data] == expected
    assert (invoice.status, invoice.amount_paid) == ("paid", sum(expected))
    details = invoice.lines.data[0].parent.subscription_item_details
    assert details.proration
    assert details.proration_details.credited_items.invoice == subscription.latest_invoice
    assert period_of(changed) == (start, end)


def test_create_prorations_waits_for_the_renewal(account: Account) -> None:
    subscription = account.subscribe(account.price(3100))
    account.advance(10 * DAY)
    account.v1.subscriptions.update(subscription.id, {"items": [{"id": items_of(subscription)[0].id, "quantity": 2}]})
    assert len(account.invoices(subscription)) == 1
    assert [item.amount for item in account.v1.invoice_items.list({"pending": True}).data] == [4200, -2100]
    preview = account.v1.invoices.create_preview({"subscription": subscription.id})
    account.advance_to(period_of(subscription)[1])
    renewal = account.invoices(subscription)[-1]
    assert renewal.total == preview.total == 2100 + 6200
    assert lines_of(renewal) == lines_of(preview)


def test_flexible_credits_what_was_debited_and_classic_what_it_costs(account: Account) -> None:
    cheap, dear = account.price(3100), account.price(6200)
    credits = {}
    for mode in ("flexible", "classic"):
        subscription = account.subscribe(cheap, billing_mode={"type": mode})
        item = items_of(subscription)[0].id
        for price, how in ((dear, "none"), (cheap, "always_invoice")):
            change = {"items": [{"id": item, "price": price.id}], "proration_behavior": how}
            changed = account.v1.subscriptions.update(subscription.id, {**change, "expand": ["latest_invoice"]})
        credits[mode] = changed.latest_invoice.lines.data[0].amount
    assert credits == {"flexible": -3100, "classic": -6200}


def test_from_monthly_to_yearly_starts_a_new_period(account: Account) -> None:
    monthly, yearly = account.price(3100), account.price(31_000, "year")
    subscription = account.subscribe(monthly)
    account.advance(10 * DAY)
    changed = account.v1.subscriptions.update(
        subscription.id, {"items": [{"id": items_of(subscription)[0].id, "price": yearly.id}]}
    )
    invoice = account.invoices(subscription)[-1]
    assert (changed.billing_cycle_anchor, period_of(changed)[0]) == (account.now, account.now)
    assert [line.amount for line in invoice.lines.data] == [-2100, 31_000]
    account.advance(367 * DAY)
    assert account.invoices(subscription)[-1].amount_paid == 31_000


def test_a_preview_changes_nothing(account: Account) -> None:
    subscription = account.subscribe()
    before = account.control("digest")
    account.v1.invoices.create_preview({"subscription": subscription.id})
    details = {"items": [{"id": items_of(subscription)[0].id, "quantity": 5}]}
    account.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": details})
    assert account.control("digest") == before


@pytest.mark.parametrize("trial_end", [None, 5 * DAY])
def test_a_new_subscription_costs_what_its_preview_says(account: Account, trial_end: int | None) -> None:
    price, customer = account.price(4900), account.customer(balance=-700)
    details: Any = {"items": [{"price": price.id, "quantity": 2}]}
    if trial_end:
        details["trial_end"] = account.now + trial_end
    preview = account.v1.invoices.create_preview({"customer": customer.id, "subscription_details": details})
    made = account.v1.subscriptions.create({"customer": customer.id, **details, "expand": ["latest_invoice"]})
    assert preview.id.startswith("upcoming_in_")
    assert preview.amount_due == made.latest_invoice.amount_due
    assert lines_of(preview) == lines_of(made.latest_invoice)


CHANGES = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=20 * DAY),
        st.sampled_from(["keep", "cheap", "dear", "yearly", "tiered"]),
        st.integers(min_value=1, max_value=12),
        st.sampled_from(["create_prorations", "always_invoice", "none"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mode=st.sampled_from(["flexible", "classic"]), changes=CHANGES, first=st.integers(100, 99_999))
def test_any_change_costs_what_its_preview_says(account: Account, mode: str, changes: list, first: int) -> None:
    account.control("reset", {"clock": START})
    product = account.product().id
    tiers = [{"up_to": 3, "unit_amount": 700}, {"up_to": "inf", "unit_amount": 333, "flat_amount": 50}]
    tiered = {"billing_scheme": "tiered", "tiers_mode": "graduated", "tiers": tiers, "currency": "usd"}
    prices = {
        "cheap": account.price(first, product=product),
        "dear": account.price(first * 3 + 1, product=product),
        "yearly": account.price(first * 10, "year", product=product),
        "tiered": account.v1.prices.create({**tiered, "product": product, "recurring": {"interval": "month"}}),
    }
    subscription = account.subscribe(prices["cheap"], billing_mode={"type": mode})
    item = items_of(subscription)[0].id
    for wait, name, quantity, behavior, adds in changes:
        account.advance(wait)
        entry: dict[str, Any] = {"id": item, "quantity": quantity}
        if name != "keep":
            entry["price"] = prices[name].id
        entries = [entry]
        if adds and name in ("cheap", "dear") and len(items_of(account.subscription(subscription))) == 1:
            entries.append({"price": prices["tiered"].id, "quantity": 2})
        if not fits(account, subscription, prices, name, entries):
            continue
        check_change(account, subscription.id, {"items": entries, "proration_behavior": behavior})


def fits(account: Account, subscription: Any, prices: dict, name: str, entries: list) -> bool:
    """Whether the change keeps one interval and distinct prices."""
    others = items_of(account.subscription(subscription))[1:]
    wanted = name if name != "keep" else "keep"
    return not others or wanted in ("keep", "cheap", "dear")


def settled(account: Account, subscription_id: str) -> Any:
    """Without a draft that will still use the customer's balance: a preview shows the balance as it is."""
    subscription = account.v1.subscriptions.retrieve(subscription_id)
    if account.v1.invoices.retrieve(subscription.latest_invoice).status == "draft":
        account.advance(3600)
    return account.v1.subscriptions.retrieve(subscription_id)


def check_change(account: Account, subscription_id: str, change: dict[str, Any]) -> None:
    before = settled(account, subscription_id)
    preview = account.v1.invoices.create_preview({"subscription": subscription_id, "subscription_details": change})
    after = account.v1.subscriptions.update(subscription_id, change)
    if after.latest_invoice == before.latest_invoice:
        account.advance_to(period_of(after)[1])
    charged = account.v1.invoices.retrieve(account.v1.subscriptions.retrieve(subscription_id).latest_invoice)
    assert preview.total == charged.total == sum(line.amount for line in charged.lines.data)
    assert preview.amount_due == charged.amount_due
    assert lines_of(preview) == lines_of(charged)
