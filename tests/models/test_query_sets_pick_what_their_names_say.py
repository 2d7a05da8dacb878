"""Lists and sweepers are built of these: one row too many is somebody charged, served or asked twice."""

from datetime import timedelta
from typing import Any

import pytest

from billing import models
from billing.domain.states import ENDED, LIVE, SERVED, InvoiceStatus, PaymentStatus, SubscriptionStatus
from billing.models.stripe_command import CommandStatus
from billing.models.webhook_event import EventStatus
from tests import factories
from tests.factories import START
from tests.models.wrong_rows import MAKERS

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_subscriptions_are_live_or_ended_and_some_are_served(status: SubscriptionStatus) -> None:
    factories.SubscriptionFactory(status=status)
    assert models.Subscription.objects.live().exists() == (status in LIVE) == (status not in ENDED)
    assert models.Subscription.objects.served().exists() == (status in SERVED)


def test_the_newest_subscription_is_the_one_that_stripe_made_last() -> None:
    made = [factories.SubscriptionFactory(stripe_created_at=START + SECOND * after) for after in (5, 9, 0, 5)]
    assert list(models.Subscription.objects.newest_first()) == [made[1], made[3], made[0], made[2]]


@pytest.mark.parametrize("status", InvoiceStatus)
@pytest.mark.parametrize("attempts", [0, 1])
def test_invoices_are_issued_or_drafts_and_fail_only_while_open(status: InvoiceStatus, attempts: int) -> None:
    factories.InvoiceFactory(status=status, attempt_count=attempts)
    assert models.Invoice.objects.issued().exists() == (status != "draft")
    assert models.Invoice.objects.failed().exists() == (status == "open" and attempts > 0)


@pytest.mark.parametrize("status", PaymentStatus)
def test_payments_have_succeeded_or_not(status: PaymentStatus) -> None:
    factories.PaymentFactory(status=status)
    assert models.Payment.objects.succeeded().exists() == (status == "succeeded")


@pytest.mark.parametrize(("deleted_at", "stands"), [(None, True), (START, False)])
def test_organizations_stand_until_stripe_deletes_them(deleted_at: Any, stands: bool) -> None:
    factories.OrganizationFactory(deleted_at=deleted_at)
    assert models.Organization.objects.standing().exists() == stands


@pytest.mark.parametrize(
    ("active", "public", "offered"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_plans_are_offered_while_active_and_public(active: bool, public: bool, offered: bool) -> None:
    factories.PlanFactory(active=active, public=public)
    assert models.Plan.objects.offered().exists() == offered


def test_they_are_offered_in_the_catalogs_order() -> None:
    for code, position in (("b", 1), ("z", 0), ("a", 1)):
        factories.PlanFactory(code=code, position=position)
    assert [plan.code for plan in models.Plan.objects.offered()] == ["z", "a", "b"]


@pytest.mark.parametrize(("interval", "recurs"), [("", False), ("day", True), ("week", True), ("year", True)])
def test_prices_without_an_interval_are_paid_once(interval: str, recurs: bool) -> None:
    factories.PriceFactory(interval=interval)
    assert models.Price.objects.recurring().exists() == recurs


@pytest.mark.parametrize("status", CommandStatus)
@pytest.mark.parametrize(("after", "over"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_commands_are_due_when_open_and_their_lease_is_over(
    status: CommandStatus, after: timedelta, over: bool
) -> None:
    MAKERS["StripeCommand"](status=status, next_attempt_at=START + after)
    assert models.StripeCommand.objects.due(now=START).exists() == (status in ("pending", "unknown") and over)


@pytest.mark.parametrize("status", EventStatus)
@pytest.mark.parametrize(("after", "over"), [(-SECOND, True), (timedelta(0), True), (SECOND, False)])
def test_events_are_due_when_waiting_and_their_time_has_come(status: EventStatus, after: timedelta, over: bool) -> None:
    MAKERS["WebhookEvent"](status=status, next_retry_at=START + after)
    assert models.WebhookEvent.objects.due(now=START).exists() == (
        status in ("received", "failed", "processing") and over
    )


@pytest.mark.parametrize(("due_at", "due"), [(None, False), (START, True), (START + SECOND, False)])
def test_objects_are_mirrored_from_their_time_on(due_at: Any, due: bool) -> None:
    models.StripeObject.objects.create(
        stripe_id="x", object_type="x", api_version="x", snapshot={}, mirror_due_at=due_at
    )
    assert models.StripeObject.objects.mirror_due(now=START).exists() == due


@pytest.mark.parametrize(
    ("fields", "usable"),
    [
        ({}, True),
        ({"expires_at": START + SECOND}, True),
        ({"expires_at": START}, False),
        ({"expires_at": START - SECOND}, False),
        ({"revoked_at": START + SECOND}, False),
        ({"revoked_at": START - SECOND, "expires_at": START + SECOND}, False),
    ],
)
def test_keys_open_until_they_expire_or_are_revoked(fields: dict[str, Any], usable: bool) -> None:
    models.ApiKey.issue(live=False, name="a", **fields)
    assert models.ApiKey.objects.usable(now=START).exists() == usable
