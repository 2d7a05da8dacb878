"""subscription -> Subscription with its items: the period is the items', and items that left are gone."""

from typing import Any

import pytest

from billing.models import Organization, Subscription, SubscriptionItem
from billing.projection import subscriptions
from billing.projection.snapshot import TooEarly
from tests.factories import OrganizationFactory
from tests.projection.seen import at, columns, only, projectable
from tests.projection.snapshots import DAY, MONTH, START, Snapshot, discount, item, price, subscription

pytestmark = pytest.mark.django_db

FULL = subscription(
    status="trialing",
    currency="eur",
    collection_method="send_invoice",
    billing_cycle_anchor=START + 1,
    start_date=START + 2,
    trial_start=START + 3,
    trial_end=START + 4,
    cancel_at=START + 5,
    cancel_at_period_end=True,
    canceled_at=START + 6,
    ended_at=START + 7,
    cancellation_details={"comment": None, "feedback": None, "reason": "cancellation_requested"},
    pause_collection={"behavior": "void", "resumes_at": START + 8},
    default_payment_method="pm_1",
    latest_invoice="in_1",
    schedule="sub_sched_1",
    discounts=["di_1"],
    metadata={"team": "red"},
    livemode=True,
    created=START + 9,
)
BARE = {key: FULL[key] for key in ("id", "object", "status", "currency", "collection_method", "livemode", "created")}


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


@pytest.fixture
def show(organization: Organization) -> Any:
    def project(snapshot: Snapshot, **given: Any) -> dict[str, Any]:
        subscriptions.project([projectable(snapshot, organization, **given)])
        return columns(Subscription.objects.get(stripe_id=snapshot["id"]), "organization_id")

    return project


def test_every_column_comes_from_its_field(show: Any, organization: Organization) -> None:
    assert show(FULL) == {
        "stripe_id": "sub_1",
        "status": "trialing",
        "currency": "eur",
        "collection_method": "send_invoice",
        "current_period_start": at(START),
        "current_period_end": at(START + MONTH),
        "billing_cycle_anchor": at(START + 1),
        "started_at": at(START + 2),
        "trial_start": at(START + 3),
        "trial_end": at(START + 4),
        "cancel_at": at(START + 5),
        "cancel_at_period_end": True,
        "canceled_at": at(START + 6),
        "ended_at": at(START + 7),
        "cancellation_reason": "cancellation_requested",
        "pause_behavior": "void",
        "pause_resumes_at": at(START + 8),
        "default_payment_method_id": "pm_1",
        "latest_invoice_id": "in_1",
        "schedule_id": "sub_sched_1",
        "discounts": ["di_1"],
        "metadata": {"team": "red"},
        "livemode": True,
        "stripe_created_at": at(START + 9),
    }
    assert Subscription.objects.get().organization == organization


def test_a_later_snapshot_overwrites_all_of_them(show: Any) -> None:
    show(FULL)
    assert show({**BARE, "livemode": False, "status": "active"}) == {
        "stripe_id": "sub_1",
        "status": "active",
        "currency": "eur",
        "collection_method": "send_invoice",
        **dict.fromkeys(("current_period_start", "current_period_end", "billing_cycle_anchor", "started_at")),
        **dict.fromkeys(("trial_start", "trial_end", "cancel_at", "canceled_at", "ended_at", "pause_resumes_at")),
        "cancel_at_period_end": False,
        **dict.fromkeys(("cancellation_reason", "pause_behavior", "default_payment_method_id"), ""),
        **dict.fromkeys(("latest_invoice_id", "schedule_id"), ""),
        "discounts": [],
        "metadata": {},
        "livemode": False,
        "stripe_created_at": at(START + 9),
    }


@pytest.mark.parametrize("field", sorted(FULL.keys() - BARE.keys() - {"items", "customer"}))
def test_null_is_as_good_as_absent(show: Any, field: str) -> None:
    absent = show({key: value for key, value in FULL.items() if key != field})
    show(FULL)
    assert show({**FULL, field: None}) == absent


@pytest.mark.parametrize(
    ("field", "column", "expanded"),
    [
        ("default_payment_method", "default_payment_method_id", {"id": "x_1", "object": "payment_method"}),
        ("latest_invoice", "latest_invoice_id", {"id": "x_1", "object": "invoice"}),
        ("schedule", "schedule_id", {"id": "x_1", "object": "subscription_schedule"}),
    ],
)
def test_what_is_named_may_be_expanded(show: Any, field: str, column: str, expanded: Snapshot) -> None:
    assert show(subscription(**{field: expanded}))[column] == "x_1"


def test_discounts_are_kept_by_id_in_their_order(show: Any) -> None:
    assert show(subscription(discounts=["di_2", discount("di_1")]))["discounts"] == ["di_2", "di_1"]


STATUSES = ["incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_stripe_has_a_place(show: Any, status: str) -> None:
    assert show(subscription(status=status))["status"] == status


def test_every_column_of_an_item_comes_from_its_field(show: Any, organization: Organization) -> None:
    one = item(quantity=3, discounts=["di_7"], created=START + 5)
    show(subscription(items=[one]))
    assert only(SubscriptionItem) == {
        "stripe_id": "si_1",
        "organization_id": organization.pk,
        "subscription_id": "sub_1",
        "price_id": "price_1",
        "quantity": 3,
        "current_period_start": at(START),
        "current_period_end": at(START + MONTH),
        "discounts": ["di_7"],
        "position": 0,
        "stripe_created_at": at(START + 5),
    }


def test_a_metered_item_has_no_quantity(show: Any) -> None:
    metered = item()
    del metered["quantity"]
    show(subscription(items=[metered]))
    assert only(SubscriptionItem)["quantity"] is None


def test_a_quantity_of_nothing_is_no_missing_quantity(show: Any) -> None:
    show(subscription(items=[item(quantity=0)]))
    assert only(SubscriptionItem)["quantity"] == 0


def test_items_stand_in_stripes_order(show: Any) -> None:
    show(subscription(items=[item("si_c"), item("si_a"), item("si_b")]))
    assert list(SubscriptionItem.objects.values_list("stripe_id", "position")) == [
        ("si_c", 0),
        ("si_a", 1),
        ("si_b", 2),
    ]


def test_an_item_that_left_is_gone_and_one_that_stayed_is_the_same_row(show: Any) -> None:
    show(subscription(items=[item("si_1"), item("si_2")]))
    kept = SubscriptionItem.objects.get(stripe_id="si_2").pk
    show(subscription(items=[item("si_2", price("price_2"), quantity=9), item("si_3")]))
    rows = {row.stripe_id: row for row in SubscriptionItem.objects.all()}
    assert set(rows) == {"si_2", "si_3"}
    assert (rows["si_2"].pk, rows["si_2"].price_id, rows["si_2"].quantity) == (kept, "price_2", 9)
    assert (rows["si_2"].position, rows["si_3"].position) == (0, 1)


def test_without_items_all_of_them_leave(show: Any) -> None:
    show(subscription())
    show(subscription(items=[]))
    assert not SubscriptionItem.objects.exists()


def test_items_of_other_subscriptions_stay(show: Any) -> None:
    show(subscription("sub_2", items=[item("si_2", subscription="sub_2")]))
    show(subscription("sub_1", items=[]))
    assert only(SubscriptionItem)["stripe_id"] == "si_2"


def period(length: int, start: int = START) -> dict[str, int]:
    return {"current_period_start": start, "current_period_end": start + length}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item("si_1", **period(MONTH)), item("si_2", **period(365 * DAY))], (START, START + MONTH)),
        ([item("si_1", **period(365 * DAY)), item("si_2", **period(MONTH))], (START, START + MONTH)),
        (
            [item("si_1", **period(MONTH)), item("si_2", **period(MONTH - DAY, START + DAY))],
            (START, START + MONTH),  # they end together: the one that began first
        ),
        ([item("si_1", current_period_start=None, current_period_end=None)], (None, None)),
    ],
)
def test_the_period_is_that_of_the_item_that_ends_first(show: Any, items: list[Snapshot], expected: Any) -> None:
    shown = show(subscription(items=items))
    start, end = (None if unix is None else at(unix) for unix in expected)
    assert (shown["current_period_start"], shown["current_period_end"]) == (start, end)


def test_a_subscription_of_nobody_is_too_early() -> None:
    with pytest.raises(TooEarly, match=r"Whose sub_1 is, is not known yet\."):
        subscriptions.project([projectable(subscription())])
    assert not Subscription.objects.exists()


def test_a_subscription_that_moves_takes_its_items_along(show: Any) -> None:
    show(subscription())
    other = OrganizationFactory()
    subscriptions.project([projectable(subscription(), other)])
    assert Subscription.objects.get().organization == other
    assert SubscriptionItem.objects.get().organization == other
