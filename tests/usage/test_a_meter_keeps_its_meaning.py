"""Meters: found by code, priced by the subscription that is served, protected by the database while they count."""

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.domain.states import SERVED, SubscriptionStatus
from billing.models import Subscription
from tests.factories import START, OrganizationFactory, SubscriptionFactory
from tests.usage.plans import subscribe
from tests.usage.sending import NOW, count, event
from usage.models import Meter, UsageBucket, UsageEvent, UsageRecord
from usage.queries import UnknownMeter, meters, pays_by_usage, served_subscription, the_meter
from usage.store.meters import CannotChangeMeter, ensure_meter

pytestmark = pytest.mark.django_db


def ensure(code="tokens", **fields) -> Meter:
    usual = {"name": "Tokens", "event_type": f"{code}_used", "value_property": "tokens", "unit": "token"}
    return ensure_meter(code=code, by=SYSTEM, **{**usual, **fields})


def test_a_meter_is_found_by_its_code_alone(meter):
    assert the_meter("api_calls") == meter
    for other in ("API calls", "api_call", "Api_calls", "", "api_calls "):
        with pytest.raises(UnknownMeter) as unknown:
            the_meter(other)
        assert unknown.value.code == "unknown_meter"
        assert str(unknown.value) == f"There is no meter {other}; GET usage/meters lists them."


def test_meters_are_in_the_order_of_their_codes(meter):
    for code in ("zebra", "aardvark", "m1"):
        ensure(code)
    assert [one.code for one in meters()] == ["aardvark", "api_calls", "m1", "zebra"]


def test_describing_it_again_changes_and_logs_nothing(meter):
    first, entries = ensure(), AuditEntry.objects.count()
    assert ensure().pk == first.pk
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    "change", [{"name": "T"}, {"event_type": "t"}, {"value_property": "t"}, {"unit": "t"}, {"name": "T", "unit": "t"}]
)
def test_before_the_first_event_everything_may_change(meter, change):
    ensure()
    changed = ensure(**change)
    assert {field: getattr(Meter.objects.get(pk=changed.pk), field) for field in change} == change
    entry = AuditEntry.objects.order_by("id").last()
    assert (entry.action, entry.target_id, entry.after) == ("meter.changed", "tokens", change)


def test_after_it_only_the_name_may_and_a_refusal_changes_nothing(organization, meter):
    count(organization, event(1))
    renamed = {"event_type": "api_call", "value_property": "value", "unit": "call"}
    assert ensure("api_calls", name="Calls", **renamed).name == "Calls"
    with pytest.raises(CannotChangeMeter) as refused:
        ensure("api_calls", name="Other", **{**renamed, "unit": "request"})
    assert refused.value.code == "meter_has_events"
    assert str(refused.value) == "api_calls has events, so only its name may change; make a new meter."
    assert Meter.objects.values_list("name", "unit").get(code="api_calls") == ("Calls", "call")


@pytest.mark.parametrize("code", ["a", "a1", "api_calls", "x" * 64, "a__b", "z_9_"])
def test_these_are_codes(code):
    assert ensure(code).code == code


@pytest.mark.parametrize("code", ["", "1a", "_a", "A", "aB", "a-b", "a.b", "a b", "ä", "a\n", "é"])
def test_these_are_not(code):
    with pytest.raises(IntegrityError), transaction.atomic():
        ensure(code)


def test_a_code_has_at_most_64_characters():
    with pytest.raises(DataError), transaction.atomic():
        ensure("x" * 65)


def test_an_event_type_is_counted_by_one_meter():
    ensure("one", event_type="run")
    with pytest.raises(IntegrityError), transaction.atomic():
        ensure("two", event_type="run")
    assert [one.code for one in meters()] == ["one"]


def test_a_meter_that_counted_stays(organization, meter):
    count(organization, event(1))
    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        meter.delete()
    assert UsageEvent.objects.exists()


@pytest.mark.parametrize("changes", [{"count": -1}, {"hour": NOW.replace(minute=30)}, {"hour": NOW.replace(second=1)}])
def test_a_bucket_is_a_whole_hour_with_a_count(organization, meter, changes):
    hour = NOW.replace(minute=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageBucket.objects.create(organization=organization, meter=meter, **{"hour": hour, "total": 1, **changes})


@pytest.mark.parametrize("value", [-1, "-0.000000000001"])
def test_an_event_counts_nothing_or_more(organization, meter, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageEvent.objects.create(
            organization=organization, meter=meter, time=NOW, received_at=NOW, value=value, payload_hash=b"x"
        )


def test_rows_name_themselves(organization, meter):
    count(organization, event(7))
    assert str(meter) == "API calls"
    assert str(UsageEvent.objects.get()) == "tests 7"
    assert str(UsageBucket.objects.get()) == f"{organization.pk} {meter.pk} 2026-03-15 12:00"
    record = UsageRecord(subscription_id="sub_1", meter=meter, period_start=NOW)
    assert str(record) == f"sub_1 {meter.pk} 2026-03-15"


@pytest.mark.parametrize("status", SubscriptionStatus)
@pytest.mark.parametrize(("usage_type", "metered"), [("metered", True), ("licensed", False)])
def test_usage_costs_something_while_a_metered_price_is_served(organization, status, usage_type, metered):
    subscription = subscribe(organization, usage_type=usage_type)
    Subscription.objects.filter(pk=subscription.pk).update(status=status)
    assert pays_by_usage(organization.pk) is (metered and status in SERVED)
    assert pays_by_usage(OrganizationFactory().pk) is False


@pytest.mark.parametrize("status", SubscriptionStatus)
def test_the_subscription_that_is_shown_is_one_that_is_served(organization, status):
    subscription = SubscriptionFactory(organization=organization, status=status)
    found = served_subscription(organization.pk)
    assert (found.pk if found else None) == (subscription.pk if status in SERVED else None)


def test_of_several_it_is_the_newest(organization):
    made = [
        SubscriptionFactory(organization=organization, stripe_created_at=START.replace(day=day)) for day in (3, 9, 6)
    ]
    SubscriptionFactory(organization=organization, stripe_created_at=START.replace(day=20), status="canceled")
    SubscriptionFactory(stripe_created_at=START.replace(day=25))
    assert served_subscription(organization.pk).pk == made[1].pk


def test_its_items_prices_and_plans_come_along(organization, django_assert_num_queries):
    subscribe(organization)
    found = served_subscription(organization.pk)
    with django_assert_num_queries(0):
        assert [item.price.plan.code for item in found.items.all()]
