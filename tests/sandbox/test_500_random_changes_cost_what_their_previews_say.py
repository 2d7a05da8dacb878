"""`create_preview` equals to the cent what is then charged: 500 random changes of random subscriptions."""

from typing import Any

import stripe
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.scenes import DAY, Account, items_of

MONTHLY = ("cheap", "dear", "tiered", "volume", "packed", "free")
INTERVALS = (*MONTHLY, "weekly", "quarterly", "yearly")
KINDS = (
    "quantity", "quantity", "price", "price", "price", "add", "add", "remove", "anchor_now", "trial_later", "trial_now",
    "cancel_at", "cancel_at", "cancel_at_period_end", "go_on", "nothing",
)  # fmt: skip
CHANGE = st.fixed_dictionaries(
    {
        "wait": st.integers(0, 40 * DAY),
        "kind": st.sampled_from(KINDS),
        "price": st.sampled_from(INTERVALS),
        "quantity": st.integers(0, 25),
        "behavior": st.sampled_from(["create_prorations", "always_invoice", "none"]),
        "dated": st.sampled_from([None, None, None, 1, DAY]),
    }
)
SUBSCRIPTION = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["flexible", "flexible", "classic"]),
        "currency": st.sampled_from(["usd", "usd", "jpy"]),
        "prices": st.lists(st.sampled_from(INTERVALS), min_size=1, max_size=3, unique=True),
        "quantity": st.integers(0, 12),
        "coupon": st.sampled_from([None, None, "third", "amount", "once", "repeating"]),
        "tax": st.sampled_from([None, None, "inclusive", "exclusive"]),
        "card": st.sampled_from(["pm_card_visa", "pm_card_visa", "pm_card_sandbox_failsOnRenewal"]),
        "balance": st.sampled_from([0, 0, -700, 450]),
        "begins": st.sampled_from(["now", "now", "trial", "anchor"]),
    }
)


class Catalog:
    """Prices in two currencies, coupons and tax rates, made once."""

    def __init__(self, account: Account) -> None:
        self.account, self.product = account, account.product().id
        made = {(currency, name): self._price(currency, name) for currency in ("usd", "jpy") for name in INTERVALS}
        self.prices = {place: price.id for place, price in made.items()}
        v1 = account.v1
        terms = {
            "third": {"percent_off": 33.3, "duration": "forever"},
            "amount": {
                "amount_off": 777,
                "currency": "usd",
                "currency_options": {"jpy": {"amount_off": 95}},
                "duration": "forever",
            },
            "once": {"percent_off": 50, "duration": "once"},
            "repeating": {"percent_off": 12.5, "duration": "repeating", "duration_in_months": 2},
        }
        self.coupons = {name: v1.coupons.create(each).id for name, each in terms.items()}
        self.taxes = {
            name: v1.tax_rates.create({"display_name": "VAT", "percentage": 7.7, "inclusive": name == "inclusive"}).id
            for name in ("inclusive", "exclusive")
        }

    def _price(self, currency: str, name: str) -> stripe.Price:
        interval, count = {"weekly": ("week", 1), "quarterly": ("month", 3), "yearly": ("year", 1)}.get(
            name, ("month", 1)
        )
        plain = {"cheap": 999, "dear": 4999, "free": 0, "weekly": 333, "quarterly": 8000, "yearly": 49_999}
        tiers = [{"up_to": 3, "unit_amount": 700}, {"up_to": "inf", "unit_amount_decimal": "33.25", "flat_amount": 50}]
        how: dict[str, Any] = {"unit_amount": plain.get(name, 2500)}
        if name in ("tiered", "volume"):
            mode = "graduated" if name == "tiered" else "volume"
            how = {"billing_scheme": "tiered", "tiers_mode": mode, "tiers": tiers}
        if name == "packed":
            how["transform_quantity"] = {"divide_by": 4, "round": "up"}
        return self.account.v1.prices.create(
            {
                "currency": currency,
                "product": self.product,
                "recurring": {"interval": interval, "interval_count": count},
                **how,
            }
        )


def start(account: Account, catalog: Catalog, wanted: dict[str, Any]) -> stripe.Subscription:
    names = wanted["prices"] if wanted["mode"] == "flexible" else [same_interval(name) for name in wanted["prices"]]
    fields: dict[str, Any] = {"billing_mode": {"type": wanted["mode"]}, "currency": wanted["currency"]}
    if wanted["coupon"]:
        fields["discounts"] = [{"coupon": catalog.coupons[wanted["coupon"]]}]
    if wanted["tax"]:
        fields["default_tax_rates"] = [catalog.taxes[wanted["tax"]]]
    if wanted["begins"] == "trial":
        fields["trial_period_days"] = 9
    if wanted["begins"] == "anchor":
        fields["billing_cycle_anchor"] = account.now + 5 * DAY + 7
    items = [{"price": catalog.prices[wanted["currency"], name], "quantity": wanted["quantity"]} for name in set(names)]
    customer = account.customer(wanted["card"], balance=wanted["balance"]).id
    details = {name: value for name, value in fields.items() if name not in ("currency", "discounts")}
    asked = {"currency": wanted["currency"], "subscription_details": {**details, "items": items}}
    if "trial_period_days" in details:
        days = asked["subscription_details"].pop("trial_period_days")
        asked["subscription_details"]["trial_end"] = account.now + days * DAY
    if wanted["coupon"]:
        asked["discounts"] = fields["discounts"]
    preview = account.v1.invoices.create_preview({"customer": customer, **asked})
    made = account.v1.subscriptions.create({"customer": customer, "items": items, **fields})
    assert_same(preview, invoice_of(account, made))
    return made


def same_interval(name: str) -> str:
    return name if name in MONTHLY else "cheap"


def change_of(
    account: Account, catalog: Catalog, subscription: stripe.Subscription, asked: dict[str, Any]
) -> dict[str, Any]:
    """The parameters of a change; of the quantity where Stripe does not allow what was drawn."""
    items = items_of(subscription)
    change: dict[str, Any] = {"proration_behavior": asked["behavior"], **_asked(account, catalog, subscription, asked)}
    if asked["dated"] and "items" in change and asked["behavior"] != "none":
        starts, ends = [item.current_period_start for item in items], [item.current_period_end for item in items]
        change["proration_date"] = min(*ends, *ends, max(*starts, *starts, account.now - asked["dated"]))
    return change


def _asked(
    account: Account, catalog: Catalog, subscription: stripe.Subscription, asked: dict[str, Any]
) -> dict[str, Any]:
    items, kind, count = items_of(subscription), asked["kind"], asked["quantity"]
    first, end = items[0], min(item.current_period_end for item in items)
    price = _price_for(catalog, subscription, asked)
    if kind in ("price", "add") and price and price not in {item.price.id for item in items}:
        return {"items": [{**({"id": first.id} if kind == "price" else {}), "price": price, "quantity": count}]}
    if kind == "remove" and len(items) > 1:
        return {"items": [{"id": first.id, "deleted": "true"}]}
    if kind == "trial_now" and subscription.status == "trialing":
        return {"trial_end": "now"}
    plain: dict[str, dict[str, Any]] = {
        "anchor_now": {"billing_cycle_anchor": "now"},
        "trial_later": {"trial_end": account.now + 6 * DAY + 11},
        "cancel_at": {"cancel_at": (account.now + end) // 2 + (count % 3) * 20 * DAY + 1},
        "cancel_at_period_end": {"cancel_at_period_end": "true"},
        "go_on": {"cancel_at": ""},
        "nothing": {},
    }
    return plain.get(kind, {"items": [{"id": first.id, "quantity": count}]})


def _price_for(catalog: Catalog, subscription: stripe.Subscription, asked: dict[str, Any]) -> str | None:
    """Classic billing has one interval: another one is only for its only item."""
    classic, alone = subscription.billing_mode.type == "classic", len(items_of(subscription)) == 1
    recurring = items_of(subscription)[0].price.recurring
    fits = (asked["price"] in MONTHLY) == ((recurring.interval, recurring.interval_count) == ("month", 1))
    if classic and not (alone and asked["kind"] == "price") and not (fits and asked["price"] in MONTHLY):
        return None
    return str(catalog.prices[subscription.currency, asked["price"]])


def preview_of(account: Account, subscription: stripe.Subscription, change: dict[str, Any]) -> stripe.Invoice | None:
    try:
        return account.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": change})
    except stripe.InvalidRequestError as refused:
        if refused.code != "invoice_upcoming_none":
            raise
        return None


def make(account: Account, subscription: stripe.Subscription, change: dict[str, Any]) -> stripe.Subscription | None:
    """Previews a change, makes it, lives up to its invoice, and compares. None when the subscription has ended."""
    preview = preview_of(account, subscription, change)
    changed = account.v1.subscriptions.update(subscription.id, change)
    if changed.latest_invoice == subscription.latest_invoice:
        ends = [item.current_period_end for item in items_of(changed)]
        account.advance_to(max(account.now, min([*ends, *([changed.cancel_at] if changed.cancel_at else [])])))
        changed = account.subscription(changed)
    if preview is None:
        assert (changed.status, changed.latest_invoice) == ("canceled", subscription.latest_invoice)
        return None
    assert changed.latest_invoice != subscription.latest_invoice
    assert_same(preview, invoice_of(account, changed))
    return changed if changed.status != "canceled" else None


def invoice_of(account: Account, subscription: stripe.Subscription) -> stripe.Invoice:
    """The latest one, with all lines."""
    invoice = account.v1.invoices.retrieve(subscription.latest_invoice)
    if invoice.lines.has_more:
        invoice.lines = account.v1.invoices.line_items.list(invoice.id, {"limit": 100})
    return invoice


def assert_same(preview: stripe.Invoice, charged: stripe.Invoice) -> None:
    for name in ("subtotal", "total", "total_excluding_tax", "amount_due", "currency", "billing_reason"):
        assert preview[name] == charged[name], name
    assert lines_of(preview) == lines_of(charged)
    assert charged.total_excluding_tax == sum(
        line["amount"]
        - sum(taken["amount"] for taken in line["discount_amounts"])
        - sum(tax["amount"] for tax in line["taxes"] if tax["tax_behavior"] == "inclusive")
        for line in charged.to_dict()["lines"]["data"]
    )


def lines_of(invoice: stripe.Invoice) -> list[tuple[Any, ...]]:
    return [
        (
            line["amount"],
            line["period"],
            line["quantity"],
            line["pricing"]["price_details"]["price"],
            line["description"],
            [taken["amount"] for taken in line["discount_amounts"]],
            [tax["amount"] for tax in line["taxes"]],
        )
        for line in invoice.to_dict()["lines"]["data"]
    ]


def settled(account: Account, subscription: stripe.Subscription) -> stripe.Subscription:
    """Without a draft that will still use the customer's balance: a preview shows the balance as it is."""
    if account.v1.invoices.retrieve(account.subscription(subscription).latest_invoice).status == "draft":
        account.advance(3600)
    return account.subscription(subscription)


def live(account: Account, catalog: Catalog, wanted: dict[str, Any], changes: list[dict[str, Any]]) -> int:
    """One subscription through its changes; how many were made."""
    subscription: stripe.Subscription | None = start(account, catalog, wanted)
    made = 0
    for asked in changes:
        account.advance(asked["wait"])
        subscription = settled(account, subscription)
        if subscription.status not in ("active", "trialing", "past_due"):
            return made
        subscription = make(account, subscription, change_of(account, catalog, subscription, asked))
        made += 1
        if subscription is None:
            return made
    account.v1.subscriptions.cancel(subscription.id)
    return made


def test_500_changes_cost_what_their_previews_say(account: Account) -> None:
    account.control("settings", {"upcoming_days": 0, "after_retries": "past_due"})
    catalog, made = Catalog(account), []

    @settings(
        max_examples=170,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(wanted=SUBSCRIPTION, changes=st.lists(CHANGE, min_size=4, max_size=4))
    def random_lives(wanted: dict[str, Any], changes: list[dict[str, Any]]) -> None:
        made.append(live(account, catalog, wanted, changes))

    random_lives()
    assert sum(made) >= 500
