# ruff: noqa: S310 - the addresses are of our own process
"""What the sandbox's tests say often, in the words of Stripe's SDK."""

import json
import urllib.request
from typing import Any

import stripe

from tests.sandbox.running import SECRET_KEY

START = 1_705_320_000
"""2024-01-15 12:00:00 UTC."""
DAY = 86_400


class Account:
    """A running sandbox with its SDK client and its controls."""

    def __init__(self, url: str, client: stripe.StripeClient) -> None:
        self.url, self.client, self.v1 = url, client, client.v1

    @classmethod
    def at(cls, url: str) -> "Account":
        return cls(url, stripe.StripeClient(SECRET_KEY, base_addresses={"api": url}, max_network_retries=0))

    def control(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/_sandbox/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=280) as answer:
            return json.loads(answer.read())

    def advance(self, seconds: int) -> int:
        """Lives through `seconds`; the clock's new time."""
        return self.control("clock", {"advance": seconds})["now"]

    def advance_to(self, moment: int) -> int:
        return self.control("clock", {"now": moment})["now"]

    @property
    def now(self) -> int:
        return self.control("clock")["now"]

    def product(self, name: str = "Starter", **fields: Any) -> stripe.Product:
        return self.v1.products.create({"name": name, **fields})

    def price(self, amount: int = 2900, interval: str = "month", **fields: Any) -> stripe.Price:
        product = fields.pop("product", None) or self.product().id
        recurring = {"interval": interval, "interval_count": fields.pop("interval_count", 1)}
        wanted = {"currency": "usd", "unit_amount": amount, "recurring": recurring, "product": product, **fields}
        return self.v1.prices.create(wanted)

    def customer(self, card: str | None = "pm_card_visa", **fields: Any) -> stripe.Customer:
        """With `card` as the default payment method."""
        if card:
            fields |= {"payment_method": card, "invoice_settings": {"default_payment_method": card}}
        return self.v1.customers.create(fields)

    def subscribe(self, *prices: stripe.Price, card: str | None = "pm_card_visa", **fields: Any) -> stripe.Subscription:
        customer = fields.pop("customer", None) or self.customer(card).id
        items = fields.pop("items", None) or [{"price": price.id} for price in prices or (self.price(),)]
        return self.v1.subscriptions.create({"customer": customer, "items": items, **fields})

    def subscription(self, subscription: stripe.Subscription) -> stripe.Subscription:
        return self.v1.subscriptions.retrieve(subscription.id)

    def invoices(self, subscription: stripe.Subscription) -> list[stripe.Invoice]:
        """Oldest first."""
        found = self.v1.invoices.list({"subscription": subscription.id, "limit": 100})
        return list(found.auto_paging_iter())[::-1]

    def event_types(self, **filters: Any) -> list[str]:
        """Of the last 30 days, oldest first."""
        found = self.v1.events.list({"limit": 100, **filters})
        return [event.type for event in found.auto_paging_iter()][::-1]

    def dump(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/_sandbox/dump", timeout=60) as answer:
            return [json.loads(line) for line in answer]


def items_of(subscription: stripe.Subscription) -> list[stripe.SubscriptionItem]:
    return subscription["items"].data


def period_of(subscription: stripe.Subscription) -> tuple[int, int]:
    item = items_of(subscription)[0]
    return item.current_period_start, item.current_period_end
