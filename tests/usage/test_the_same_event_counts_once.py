"""Identity is (organization, source, id): what is sent again is a duplicate, another payload a conflict."""

import pytest

from tests.factories import OrganizationFactory
from tests.usage.sending import count, event, recounted, rolled_up, tally
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db


def test_a_second_delivery_changes_nothing(organization):
    assert tally(count(organization, event(1), event(2))) == (2, 0, [])
    before = list(UsageEvent.objects.values())
    assert tally(count(organization, event(2), event(1), event(3))) == (1, 2, [])
    assert list(UsageEvent.objects.exclude(event_id="3").values()) == before
    assert rolled_up() == recounted()


def test_within_one_batch_too(organization):
    assert tally(count(organization, event(1), event(1), event(2), event(1))) == (2, 2, [])
    assert rolled_up() == recounted()


def test_another_payload_under_the_id_is_a_conflict_and_the_first_stands(organization):
    count(organization, event(1, value=5))
    assert tally(count(organization, event(1, value=6), event(2))) == (1, 0, [(0, "event_conflict")])
    assert UsageEvent.objects.get(event_id="1").value == 5
    assert rolled_up() == recounted()


def test_within_one_batch_the_first_stands(organization):
    outcome = count(organization, event(1, value=5), event(1, value=6), event(1, value=5))
    assert tally(outcome) == (1, 1, [(1, "event_conflict")])
    assert UsageEvent.objects.get().value == 5


def test_what_is_stored_stands_against_the_first_of_a_batch(organization):
    count(organization, event(1, value=6))
    outcome = count(organization, event(1, value=5), event(1, value=6))
    assert tally(outcome) == (0, 1, [(0, "event_conflict")])


@pytest.mark.parametrize("change", [{"time": "2026-03-15T11:00:00Z"}, {"data": {"value": 1, "region": "eu"}}])
def test_time_and_data_belong_to_the_payload(organization, change):
    count(organization, event(1))
    assert tally(count(organization, event(1, **change))) == (0, 0, [(0, "event_conflict")])


def test_another_source_is_another_event(organization):
    assert tally(count(organization, event(1), event(1, source="elsewhere"))) == (2, 0, [])


def test_the_same_id_counts_for_each_organization(organization):
    other = OrganizationFactory()
    assert tally(count(organization, event(1))) == (1, 0, [])
    assert tally(count(other, event(1, value=7))) == (1, 0, [])
    assert rolled_up() == recounted()


def test_an_event_without_a_time_is_the_same_when_it_is_sent_again_later(organization):
    assert tally(count(organization, event(1, time=None))) == (1, 0, [])
    stood = UsageEvent.objects.get().time
    later = stood.replace(hour=stood.hour + 5)
    assert tally(count(organization, event(1, time=None), now=later)) == (0, 1, [])
    assert UsageEvent.objects.get().time == stood


def test_an_event_is_known_for_ever(organization):
    """Its time may be too old to be counted by then: it is refused, and not counted again."""
    count(organization, event(1))
    late = UsageEvent.objects.get().time.replace(year=2027)
    assert tally(count(organization, event(1), now=late)) == (0, 0, [(0, "time_too_old")])
    assert tally(count(organization, event(1, time=None), now=late)) == (0, 0, [(0, "event_conflict")])


def test_late_and_early_events_land_in_their_own_hours(organization):
    count(organization, event(1, time="2026-03-01T00:00:00Z"), event(2, time="2026-02-28T23:59:59.999999Z"))
    count(organization, event(3, time="2026-02-28T23:00:00Z", value="0.5"))
    assert len(rolled_up()) == 2
    assert rolled_up() == recounted()


def test_nothing_at_all_is_no_batch(organization):
    assert tally(count(organization)) == (0, 0, [])
    assert rolled_up() == {}
