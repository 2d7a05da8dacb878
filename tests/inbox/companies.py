"""A small company at the sandbox that lives for some months."""

from typing import Any

from tests.stripe_events import all_events, ask_sandbox

START = 1_705_320_000
"""2024-01-15 12:00:00 UTC, in Unix seconds."""
STEP = 10 * 86_400
CARDS = ["pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_chargeCustomerFail", "pm_card_visa"]


class Company:
    """Customers with a subscription each; what happens to them is heard of by events alone."""

    def __init__(self, client: Any, base: str, customers: int) -> None:
        self.v1, self.base = client.v1, base
        self._seen: set[str] = set()
        ask_sandbox(base, "/_sandbox/reset", {"clock": START})
        product = self.v1.products.create({"name": "Premium", "metadata": {"plan": "premium"}})
        self.prices = [self._price(product.id, amount, interval) for amount, interval in PRICES]
        self.subscriptions = [self._subscribe(number) for number in range(customers)]

    def _price(self, product: str, amount: int, interval: str) -> str:
        wanted = {"product": product, "currency": "usd", "unit_amount": amount, "recurring": {"interval": interval}}
        return str(self.v1.prices.create(wanted).id)

    def _subscribe(self, number: int) -> Any:
        card = CARDS[number % len(CARDS)]
        customer = self.v1.customers.create({"name": f"Customer {number}", "email": f"c{number}@example.com"})
        method = self.v1.payment_methods.attach(card, {"customer": customer.id})
        wanted = {
            "customer": customer.id,
            "items": [{"price": self.prices[number % 2], "quantity": 1 + number % 3}],
            "default_payment_method": method.id,
            "trial_period_days": 7 if number % 5 in (2, 3) else 0,
        }
        return self.v1.subscriptions.create({key: value for key, value in wanted.items() if value})

    def live(self, days: int) -> list[dict[str, Any]]:
        """What Stripe tells of these days, in its order."""
        ask_sandbox(self.base, "/_sandbox/clock", {"advance": days * 86_400})
        return self.news()

    def news(self) -> list[dict[str, Any]]:
        """Events since the last call; Stripe keeps them for 30 days."""
        fresh = [event for event in all_events(self.base) if event["id"] not in self._seen]
        self._seen |= {event["id"] for event in fresh}
        return fresh

    def change(self) -> None:
        """One moves up, one leaves at the end, one leaves now, one gets its money back."""
        up, end, now = self.subscriptions[0], self.subscriptions[1], self.subscriptions[4]
        item = self.v1.subscriptions.retrieve(up.id)["items"].data[0].id
        self.v1.subscriptions.update(up.id, {"items": [{"id": item, "price": self.prices[2]}]})
        self.v1.subscriptions.update(end.id, {"cancel_at_period_end": True})
        self.v1.subscriptions.cancel(now.id)
        charge = next(one for one in self.v1.charges.list({"customer": now.customer}).data if one.paid)
        self.v1.refunds.create({"charge": charge.id, "amount": 500})


PRICES = [(2900, "month"), (29000, "year"), (7900, "month")]
