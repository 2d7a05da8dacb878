"""A customer whose calls are counted and billed."""

import stripe

from tests.sandbox.scenes import Account


class Usage:
    """A customer whose calls are counted."""

    def __init__(self, account: Account, formula: str = "sum", customer: str | None = None) -> None:
        self.account, self.v1 = account, account.v1
        self.meter = self.v1.billing.meters.create(
            {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": formula}}  # type: ignore[typeddict-item]
        )
        self.customer = customer or account.customer().id
        self.product = account.product("Calls").id

    def price(self, amount: int | str | None = 4, **fields: object) -> stripe.Price:
        recurring = {"interval": "month", "usage_type": "metered", "meter": self.meter.id}
        unit = {} if amount is None else {"unit_amount_decimal": str(amount)}
        wanted = {"currency": "usd", "product": self.product, "recurring": recurring, **unit, **fields}
        return self.v1.prices.create(wanted)  # type: ignore[arg-type]

    def subscribe(self, *prices: stripe.Price, **fields: object) -> stripe.Subscription:
        return self.account.subscribe(*prices or (self.price(),), customer=self.customer, **fields)

    def calls(self, value: int, at: int | None = None) -> None:
        payload = {"stripe_customer_id": self.customer, "value": str(value)}
        moment = {} if at is None else {"timestamp": at}
        self.v1.billing.meter_events.create({"event_name": "calls", "payload": payload, **moment})  # type: ignore[typeddict-item]

    def billed(self, subscription: stripe.Subscription) -> list[tuple[str, int, int]]:
        """(description, quantity, amount) of the latest invoice's lines."""
        return lines_of(self.account.invoices(subscription)[-1])


def lines_of(invoice: stripe.Invoice) -> list[tuple[str, int, int]]:
    assert invoice.total == sum(line.amount for line in invoice.lines.data)
    return [(line.description, line.quantity, line.amount) for line in invoice.lines.data]
