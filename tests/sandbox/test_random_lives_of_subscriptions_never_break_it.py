"""Whatever is asked of a subscription, in whatever order: Stripe's errors and no others, and no due work that fails."""

from typing import Any

import stripe
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sandbox.scenes import DAY, Account, items_of

SOON = st.integers(-DAY, 28 * DAY)


def some(most: int, **kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A few of these parameters, each by its kind."""
    single = [kind.map(lambda value, name=name: {name: value}) for name, kind in kinds.items()]
    merged = st.lists(st.one_of(single), max_size=most)
    return merged.map(lambda parts: {name: value for part in parts for name, value in part.items()})


ENTRY = st.fixed_dictionaries(
    {"place": st.integers(0, 3)},
    optional={
        "price": st.sampled_from(["month", "year", "week", "free", "euro"]),
        "quantity": st.integers(0, 9),
        "deleted": st.sampled_from(["true", "false"]),
    },
)
BEHAVIORS = st.sampled_from(["create_prorations", "always_invoice", "none"])
ITEMS = st.lists(ENTRY, min_size=1, max_size=2)
PAUSES = st.fixed_dictionaries(
    {"behavior": st.sampled_from(["void", "keep_as_draft", "mark_uncollectible"])}, optional={"resumes_at": SOON}
)
CHANGE = some(
    3,
    items=ITEMS,
    more=ITEMS.map(lambda entries: [{**entry, "quantity": 3} for entry in entries]),
    proration_behavior=BEHAVIORS,
    proration_date=SOON,
    payment_behavior=st.sampled_from(["default_incomplete", "error_if_incomplete", "pending_if_incomplete"]),
    billing_cycle_anchor=st.sampled_from(["now", "unchanged"]),
    trial_end=st.just("now") | SOON,
    trial_from_plan=st.just("true"),
    cancel_at=st.sampled_from(["", "min_period_end", "max_period_end"]) | SOON,
    cancel_at_period_end=st.sampled_from(["true", "false"]),
    pause_collection=st.just("") | PAUSES,
    collection=st.just({"collection_method": "send_invoice", "days_until_due": 5}),
    default_payment_method=st.sampled_from(["", "pm_card_visa", "pm_card_chargeCustomerFail"]),
    pending_invoice_item_interval=st.sampled_from(["", {"interval": "week"}, {"interval": "day"}]),
    metadata=st.sampled_from(["", {"a": "b"}]),
)
VERBS = ["update"] * 5 + ["preview", "preview", "cancel", "resume", "resume", "migrate", "pay", "void", "item"]
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), CHANGE, st.integers(0, 40 * DAY)), min_size=3, max_size=8)
CARDS = ["pm_card_visa", "pm_card_visa", "pm_card_sandbox_failsOnRenewal", "pm_card_authenticationRequired", None]
START = st.tuples(
    st.sampled_from(CARDS),
    st.lists(st.sampled_from(["month", "year", "week", "free"]), min_size=1, max_size=3, unique=True),
    some(
        2,
        billing_mode=st.sampled_from([{"type": "classic"}, {"type": "flexible"}]),
        trial_period_days=st.integers(1, 20),
        billing_cycle_anchor=st.integers(1, 7 * DAY),
        billing_cycle_anchor_config=st.integers(1, 31).map(lambda day: {"day_of_month": day}),
        cancel_at=st.just("min_period_end") | SOON,
        payment_behavior=st.just("default_incomplete"),
        proration_behavior=BEHAVIORS,
    ),
    st.sampled_from(["create_invoice", "pause", "pause", "cancel"]),
)


class Lives:
    """One account with prices, in which one subscription after the other is lived."""

    def __init__(self, account: Account) -> None:
        self.account, product = account, account.product().id
        self.prices = {name: account.price(3100, name, product=product).id for name in ("month", "year", "week")}
        self.prices["free"] = account.price(0, product=product).id
        self.prices["euro"] = account.price(currency="eur", product=product).id

    def live(self, start: Any, steps: list[tuple[str, dict[str, Any], int]]) -> None:
        account, (card, names, fields, behavior) = self.account, start
        given = {
            "customer": account.customer(card).id,
            "items": [{"price": self.prices[name]} for name in names],
            "trial_settings": {"end_behavior": {"missing_payment_method": behavior}},
            **({"trial_period_days": 3} if card is None else {}),
        }
        made = self.tried(account.v1.subscriptions.create, {**given, **self.dated(fields)})
        if made is None:
            return
        for verb, change, wait in steps:
            account.advance(wait)
            self.step(account.subscription(made), verb, change)
        self.tried(account.v1.subscriptions.cancel, made.id)

    def step(self, subscription: stripe.Subscription, verb: str, change: dict[str, Any]) -> None:
        v1, asked = self.account.v1, self.asked(subscription, change)
        item = items_of(subscription)[0].id
        how = {name: asked[name] for name in ("proration_behavior", "billing_cycle_anchor") if name in asked}
        details = {name: value for name, value in asked.items() if name in PREVIEWED}
        verbs: dict[str, tuple[Any, ...]] = {
            "update": (v1.subscriptions.update, subscription.id, asked),
            "preview": (
                v1.invoices.create_preview,
                {"subscription": subscription.id, "subscription_details": details},
            ),
            "cancel": (
                v1.subscriptions.cancel,
                subscription.id,
                {"prorate": "items" in asked, "invoice_now": "trial_end" in asked},
            ),
            "resume": (v1.subscriptions.resume, subscription.id, how),
            "migrate": (v1.subscriptions.migrate, subscription.id, {"billing_mode": {"type": "flexible"}}),
            "pay": (v1.invoices.pay, subscription.latest_invoice, {"payment_method": "pm_card_visa"}),
            "void": (v1.invoices.void_invoice, subscription.latest_invoice),
            "item": (v1.subscription_items.update, item, {"quantity": len(asked), **how_of_item(how)}),
        }
        self.tried(*verbs[verb])

    def asked(self, subscription: stripe.Subscription, change: dict[str, Any]) -> dict[str, Any]:
        asked, items = dict(change), items_of(subscription)
        asked |= asked.pop("collection", {})
        entries = asked.pop("items", []) + asked.pop("more", [])
        if entries:
            asked["items"] = [self.entry(items, entry) for entry in entries]
        if isinstance(asked.get("pause_collection"), dict):
            asked["pause_collection"] = self.dated(asked["pause_collection"])
        return self.dated(asked)

    def entry(self, items: list[stripe.SubscriptionItem], given: dict[str, Any]) -> dict[str, Any]:
        entry = dict(given)
        place = entry.pop("place")
        if place < len(items):
            entry["id"] = items[place].id
        if "price" in entry:
            entry["price"] = self.prices[entry["price"]]
        return entry

    def dated(self, fields: dict[str, Any]) -> dict[str, Any]:
        now = self.account.now
        moments = ("billing_cycle_anchor", "cancel_at", "trial_end", "proration_date", "resumes_at")
        return {
            name: now + value if name in moments and isinstance(value, int) else value for name, value in fields.items()
        }

    def tried(self, verb: Any, *given: Any) -> Any:
        """The answer, or None where Stripe would refuse; every other error fails the test."""
        try:
            return verb(*given)
        except (stripe.InvalidRequestError, stripe.CardError):
            return None


PREVIEWED = frozenset(
    "items proration_behavior proration_date billing_cycle_anchor trial_end cancel_at cancel_at_period_end".split()
)


def how_of_item(how: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in how.items() if name == "proration_behavior"}


def test_any_life_ends_without_a_failure(account: Account) -> None:
    lives = Lives(account)

    @settings(
        max_examples=120,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(start=START, steps=STEPS)
    def random_lives(start: Any, steps: list[tuple[str, dict[str, Any], int]]) -> None:
        lives.live(start, steps)

    random_lives()
    assert account.control("health")["failures"] == []
