"""What the tests of subscription schedules say often."""

from typing import Any

import stripe

from tests.sandbox.scenes import Account


def phase(*prices: stripe.Price, **fields: Any) -> dict[str, Any]:
    """A phase of one of each price; for a month unless told."""
    bounded = {"duration", "end_date"} & fields.keys()
    lasting = {} if bounded else {"duration": {"interval": "month", "interval_count": 1}}
    return {"items": [{"price": price.id} for price in prices], **lasting, **fields}


def months(count: int) -> dict[str, Any]:
    return {"interval": "month", "interval_count": count}


def plan(account: Account, *phases: dict[str, Any], card: str | None = "pm_card_visa", **fields: Any) -> Any:
    """A new schedule, started now unless told."""
    customer = fields.pop("customer", None) or account.customer(card).id
    return account.v1.subscription_schedules.create(
        {"customer": customer, "start_date": "now", "phases": list(phases), **fields}
    )


def lived(account: Account, schedule: Any) -> Any:
    """The schedule as it is now."""
    return account.v1.subscription_schedules.retrieve(schedule.id)


def subscribed(account: Account, schedule: Any) -> stripe.Subscription:
    return account.v1.subscriptions.retrieve(schedule.subscription or schedule.released_subscription)


def paid(account: Account, subscription: stripe.Subscription) -> list[int]:
    """What was paid by its invoices, oldest first, in minor units."""
    return [invoice.amount_paid for invoice in account.invoices(subscription)]
