"""The whole life of a card that declines on renewal, in the exact order and at the exact times of its events."""

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account, period_of

HOUR = 3600
ATTEMPT = ["charge.failed", "payment_intent.payment_failed", "invoice.updated", "invoice.payment_failed"]
TOLD = (
    "customer.subscription.", "customer.updated", "invoice.", "charge.", "payment_intent.",
)  # fmt: skip


def story(account: Account, since: int) -> list[tuple[int, str]]:
    """(seconds since a moment, event type) of what is told about the subscription and its money."""
    events = [event for event in account.dump() if event["object"] == "event" and event["created"] >= since]
    return [(event["created"] - since, event["type"]) for event in events if event["type"].startswith(TOLD)]


def renewed(account: Account, after: str) -> tuple[stripe.Subscription, int]:
    """A subscription whose card declines from its first renewal on, and the moment of that renewal."""
    account.control("settings", {"after_retries": after, "upcoming_days": 0})
    subscription = account.subscribe(card="pm_card_sandbox_failsOnRenewal")
    return subscription, period_of(subscription)[1]


def until_the_last_attempt() -> list[tuple[int, str]]:
    first = [
        (0, "customer.subscription.updated"),
        (0, "invoice.created"),
        (HOUR, "payment_intent.created"),
        (HOUR, "invoice.finalized"),
        *[(HOUR, kind) for kind in ATTEMPT],
        (HOUR, "customer.updated"),
        (HOUR, "customer.subscription.updated"),
    ]
    return first + [(HOUR + day * DAY, kind) for day in (3, 5, 7) for kind in ATTEMPT]


@pytest.mark.parametrize("after", ["canceled", "unpaid", "past_due"])
def test_every_event_has_its_place_and_time(account: Account, after: str) -> None:
    subscription, start = renewed(account, after)
    account.advance_to(start + 8 * DAY)
    last = HOUR + 7 * DAY
    ends = {
        "canceled": [(last, "invoice.updated"), (last, "customer.subscription.deleted")],
        "unpaid": [(last, "customer.subscription.updated")],
        "past_due": [],
    }
    assert story(account, start) == until_the_last_attempt() + ends[after]
    assert account.subscription(subscription).status == after
    invoice = account.invoices(subscription)[-1]
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 4, None)


def test_a_canceled_one_is_never_charged_again(account: Account) -> None:
    subscription, start = renewed(account, "canceled")
    account.advance_to(start + 8 * DAY)
    ended = account.subscription(subscription)
    assert (ended.ended_at, ended.cancellation_details.reason) == (start + HOUR + 7 * DAY, "payment_failed")
    told, invoices = len(story(account, start)), len(account.invoices(subscription))
    account.advance(20 * DAY)
    assert len(story(account, start)) == told
    account.advance(90 * DAY)
    assert len(account.invoices(subscription)) == invoices


def test_an_unpaid_one_collects_drafts_until_its_newest_invoice_is_paid(account: Account) -> None:
    subscription, start = renewed(account, "unpaid")
    account.advance_to(start + 100 * DAY)
    invoices = account.invoices(subscription)
    assert [invoice.status for invoice in invoices] == ["paid", "open", "draft", "draft", "draft"]
    assert [invoice.auto_advance for invoice in invoices[2:]] == [False] * 3
    account.v1.invoices.pay(invoices[1].id, {"payment_method": "pm_card_visa"})
    assert account.subscription(subscription).status == "unpaid"
    account.v1.customers.update(subscription.customer, {"invoice_settings": {"default_payment_method": "pm_card_visa"}})
    account.v1.invoices.pay(invoices[-1].id)
    assert account.subscription(subscription).status == "active"
    account.advance(31 * DAY)
    assert account.invoices(subscription)[-1].status == "paid"
    assert account.v1.invoices.retrieve(invoices[2].id).status == "draft"


def test_a_past_due_one_goes_on_billing_and_failing(account: Account) -> None:
    subscription, start = renewed(account, "past_due")
    account.advance_to(start + 50 * DAY)
    assert [invoice.status for invoice in account.invoices(subscription)] == ["paid", "open", "open"]
    assert account.subscription(subscription).status == "past_due"
    account.v1.invoices.void_invoice(account.invoices(subscription)[-1].id)
    assert account.subscription(subscription).status == "active"


def test_a_change_of_an_unpaid_one_stays_a_draft(account: Account) -> None:
    subscription, start = renewed(account, "unpaid")
    account.advance_to(start + 8 * DAY)
    changed = account.v1.subscriptions.update(
        subscription.id,
        {
            "items": [{"id": subscription["items"].data[0].id, "quantity": 4}],
            "proration_behavior": "always_invoice",
        },
    )
    assert (changed.status, account.invoices(changed)[-1].status) == ("unpaid", "draft")


@pytest.mark.parametrize("days", [[1], [1, 2, 4, 8]])
def test_the_schedule_of_retries_is_a_setting(account: Account, days: list[int]) -> None:
    account.control("settings", {"retry_days": days})
    _, start = renewed(account, "canceled")
    account.advance_to(start + 20 * DAY)
    failed = [at for at, kind in story(account, start) if kind == "invoice.payment_failed"]
    assert failed == [HOUR, *(HOUR + day * DAY for day in days)]
    assert (HOUR + days[-1] * DAY, "customer.subscription.deleted") in story(account, start)
