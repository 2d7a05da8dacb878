"""The database itself refuses to change, remove or doubt what was counted."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit.context import tenant
from tests.factories import OrganizationFactory
from tests.usage.sending import NOW, count, event
from usage.models import Meter, UsageBucket, UsageEvent, UsageRecord

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE usage_usageevent SET value = 2",
        "UPDATE usage_usageevent SET value = 2 WHERE false",
        "DELETE FROM usage_usageevent",
        "TRUNCATE usage_usageevent",
    ],
)
def test_events_are_only_added(organization, statement):
    count(organization, event(1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert UsageEvent.objects.get().value == 1


def test_an_identity_is_held_once(organization):
    count(organization, event(1))
    again = UsageEvent.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_bucket_begins_on_the_hour(organization, meter):
    with pytest.raises(IntegrityError), transaction.atomic():
        UsageBucket.objects.create(organization=organization, meter=meter, hour=NOW.replace(microsecond=1))


def test_a_meter_aggregates_in_a_way_that_works(meter):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meter.objects.filter(pk=meter.pk).update(aggregation="percentile")


@pytest.mark.parametrize("change", [{"code": "API calls"}, {"event_type": ""}, {"value_property": ""}, {"unit": ""}])
def test_a_meter_is_complete(meter, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meter.objects.filter(pk=meter.pk).update(**change)


def record(organization, meter, **changes):
    period = {"period_start": NOW.replace(day=1), "period_end": NOW.replace(month=4, day=1)}
    fields = {"organization": organization, "meter": meter, "subscription_id": "sub_1", "quantity": 10, **period}
    return UsageRecord.objects.create(**{**fields, **changes})


def test_a_period_is_billed_once(organization, meter):
    record(organization, meter)
    with pytest.raises(IntegrityError), transaction.atomic():
        record(organization, meter, quantity=11)
    record(organization, meter, subscription_id="sub_2")


@pytest.mark.parametrize("change", [{"quantity": -1}, {"period_end": NOW.replace(day=1)}])
def test_a_record_has_a_period_and_a_quantity(organization, meter, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        record(organization, meter, **change)


def test_the_index_of_the_requirements_is_there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'idx_usage_records_billing_period'")
        (definition,) = cursor.fetchone()
    assert definition.endswith("(subscription_id, recorded_at)")


def test_a_customers_transaction_may_read_all_of_it(organization, meter):
    count(organization, event(1))
    count(OrganizationFactory(), event(1))
    record(organization, meter, recorded_at=timezone.now())
    with tenant(organization.pk):
        for model in (Meter, UsageEvent, UsageBucket, UsageRecord):
            assert model.objects.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            UsageBucket.objects.update(total=0)
