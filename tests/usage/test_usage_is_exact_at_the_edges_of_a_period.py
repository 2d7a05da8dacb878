"""Sums over any window equal a sum over the raw events, to the microsecond and the last digit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actor import SYSTEM
from tests.factories import OrganizationFactory
from tests.usage.sending import NOW, count, event
from usage.aggregate import used_by_window
from usage.domain.quantity import EXACT
from usage.domain.windows import Window
from usage.models import Meter, UsageBucket, UsageEvent
from usage.store.meters import ensure_meter
from usage.store.sums import sums

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 10, 17, 42, tzinfo=UTC)


def recount(organization, meter, window) -> Decimal:
    total = Decimal(0)
    for one in UsageEvent.objects.filter(organization=organization, meter=meter):
        if window.start <= one.time < window.end:
            total = EXACT.add(total, one.value)
    return total


@pytest.fixture
def scattered(organization):
    """Events on, just before and just after every edge that matters."""
    instants = []
    for hours in range(5):
        for seconds in (0, 17 * 60 + 41.999999, 17 * 60 + 42, 17 * 60 + 42.000001, 3599.999999):
            instants.append(datetime(2026, 3, 1, 10 + hours, tzinfo=UTC) + timedelta(seconds=seconds))
    count(
        organization,
        *(
            event(number, value=f"{number}.000000000001", time=instant.isoformat())
            for number, instant in enumerate(instants)
        ),
    )
    count(OrganizationFactory(), event(1, value=1000, time=START.isoformat()))
    other = ensure_meter(code="other", name="Other", event_type="other", by=SYSTEM)
    count(organization, event("other", value=1000, time=START.isoformat(), type=other.event_type))
    return organization


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-4000, 16000), st.integers(0, 16000)), min_size=1, max_size=4), st.booleans())
def test_every_window_is(scattered, meter, spans, whole_seconds):
    windows = []
    for offset, length in spans:
        start = START + timedelta(seconds=offset, microseconds=0 if whole_seconds else offset % 3 - 1)
        windows.append(Window(start, start + timedelta(seconds=length)))
    expected = [recount(scattered, meter, window) for window in windows]
    assert used_by_window(scattered.pk, meter, windows) == expected


def test_a_period_ends_before_its_last_instant(scattered, meter):
    end = START + timedelta(hours=2)
    (first, second) = used_by_window(scattered.pk, meter, [Window(START, end), Window(end, end + timedelta(days=1))])
    assert EXACT.add(first, second) == recount(scattered, meter, Window(START, end + timedelta(days=1)))
    on_the_end = UsageEvent.objects.get(organization=scattered, meter=meter, time=end)
    assert recount(scattered, meter, Window(end, end + timedelta(microseconds=1))) == on_the_end.value
    assert recount(scattered, meter, Window(START, end)) == first


def test_large_and_small_quantities_add_up_exactly(organization, meter):
    largest = "999999999999999999.999999999999"
    count(organization, *(event(number, value=largest) for number in range(50)), event("small", value="0.000000000001"))
    (total,) = used_by_window(organization.pk, meter, [Window(START, NOW)])
    assert str(total) == "49999999999999999999.999999999951"
    assert UsageBucket.objects.get(organization=organization).total == total


def test_several_meters_are_one_question(scattered, meter, django_assert_num_queries):
    window = Window(START, START + timedelta(hours=3))
    meters = list(Meter.objects.order_by("code"))
    with django_assert_num_queries(2):  # one of them is a setting
        totals = sums(scattered.pk, [(one.pk, window) for one in meters])
    assert totals == [recount(scattered, one, window) for one in meters]
    assert totals[1] == 1000


def test_nothing_used_is_nought(organization, meter):
    assert used_by_window(organization.pk, meter, [Window(START, NOW)]) == [0]
    assert used_by_window(organization.pk, meter, []) == []


def test_the_hours_that_a_window_cuts_are_read_by_index_and_at_once(organization, meter):
    """However many events there are, and whatever their order: the plan must not depend on luck."""
    count(organization, *(event(number) for number in range(50)))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL jit_above_cost = 0")
        used_by_window(organization.pk, meter, [Window(START, NOW)])
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
        cursor.execute(
            "EXPLAIN SELECT sum(value) FROM usage_usageevent "
            "WHERE organization_id = %s AND meter_id = %s AND time >= %s AND time < %s",
            [organization.pk, meter.pk, START, NOW],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "usage_event_customer" in plan
