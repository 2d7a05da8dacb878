"""Usage is counted against a period: the one that is billed, else the calendar month where the customer is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.states import SERVED, SubscriptionStatus
from billing.models import Organization
from billing.queries.periods import Period, calendar_month, current_period
from tests.factories import OrganizationFactory, SubscriptionFactory

START = datetime(2026, 3, 4, 7, 13, 21, tzinfo=UTC)
END = datetime(2026, 4, 4, 7, 13, 21, tzinfo=UTC)
MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def organization(db: None) -> Organization:
    return OrganizationFactory()


def subscribe(organization: Organization, **given: Any) -> Any:
    return SubscriptionFactory(
        organization=organization, **{"current_period_start": START, "current_period_end": END, **given}
    )


@pytest.mark.parametrize("now", [START, START + SECOND, END - SECOND, END - timedelta(microseconds=1)])
def test_it_is_that_of_the_subscription_to_the_second(organization: Organization, now: datetime) -> None:
    subscribe(organization)
    assert current_period(organization.pk, now) == Period(START, END)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (START - timedelta(microseconds=1), "2026-03-01"),
        (END, "2026-04-01"),
        (END + timedelta(days=40), "2026-05-01"),
    ],
)
def test_outside_of_it_the_calendar_month_counts(organization: Organization, now: datetime, month: str) -> None:
    """The renewal may not have reached us yet; its usage is counted all the same."""
    subscribe(organization)
    assert current_period(organization.pk, now).start == utc(month)


@pytest.mark.parametrize("status", list(SubscriptionStatus))
def test_only_a_served_subscription_has_a_period(organization: Organization, status: str) -> None:
    subscribe(organization, status=status)
    expected = Period(START, END) if status in SERVED else MARCH
    assert current_period(organization.pk, START + SECOND) == expected


def test_a_subscription_without_a_period_has_none(organization: Organization) -> None:
    subscribe(organization, current_period_start=None, current_period_end=None)
    assert current_period(organization.pk, START) == MARCH


def test_of_several_the_newest_counts(organization: Organization) -> None:
    later = START + timedelta(days=1)
    subscribe(organization, current_period_start=later, stripe_created_at=START + timedelta(days=2))
    subscribe(organization, stripe_created_at=START)
    assert current_period(organization.pk, later) == Period(later, END)
    assert current_period(organization.pk, START) == Period(START, END)  # the newest has not begun


def test_anothers_subscription_does_not_count(organization: Organization) -> None:
    subscribe(OrganizationFactory())
    assert current_period(organization.pk, START) == MARCH


def test_the_month_is_that_of_the_organizations_zone(db: None) -> None:
    organization = OrganizationFactory(time_zone="Asia/Kathmandu")
    assert current_period(organization.pk, utc("2026-03-31T18:15")) == Period(
        utc("2026-03-31T18:15"), utc("2026-04-30T18:15")
    )


def test_an_unknown_organization_has_no_period(db: None) -> None:
    with pytest.raises(Organization.DoesNotExist):
        current_period(0, START)


MONTHS = [
    ("UTC", "2026-12-31T23:59:59", "2026-12-01T00:00", "2027-01-01T00:00"),
    ("UTC", "2028-02-29T12:00", "2028-02-01T00:00", "2028-03-01T00:00"),
    ("America/New_York", "2026-03-01T04:59:59", "2026-02-01T05:00", "2026-03-01T05:00"),
    ("America/New_York", "2026-03-20T00:00", "2026-03-01T05:00", "2026-04-01T04:00"),  # an hour short
    ("America/New_York", "2026-11-20T00:00", "2026-11-01T04:00", "2026-12-01T05:00"),  # an hour long
    ("Australia/Lord_Howe", "2026-04-15T00:00", "2026-03-31T13:00", "2026-04-30T13:30"),  # half an hour
    ("Pacific/Kiritimati", "2026-01-31T10:00", "2026-01-31T10:00", "2026-02-28T10:00"),
    ("Pacific/Niue", "2026-02-01T10:59:59", "2026-01-01T11:00", "2026-02-01T11:00"),
    # Cuba puts its clocks back at 01:00 of 1 November 2026: that midnight is there twice, the first begins.
    ("America/Havana", "2026-11-01T04:30", "2026-11-01T04:00", "2026-12-01T05:00"),
    ("America/Havana", "2026-11-01T05:30", "2026-11-01T04:00", "2026-12-01T05:00"),
    # Paraguay put its clocks forward at 00:00 of 1 October 2017: that midnight never was.
    ("America/Asuncion", "2017-10-15T00:00", "2017-10-01T04:00", "2017-11-01T03:00"),
    ("America/Asuncion", "2017-10-01T03:59:59", "2017-09-01T04:00", "2017-10-01T04:00"),
]


@pytest.mark.parametrize(("zone", "now", "start", "end"), MONTHS)
def test_months_follow_the_clocks_of_the_zone(zone: str, now: str, start: str, end: str) -> None:
    assert calendar_month(utc(now), ZoneInfo(zone)) == Period(utc(start), utc(end))


ZONES = sorted({row[0] for row in MONTHS} | {"Africa/Casablanca", "Asia/Kolkata", "Europe/Berlin", "Pacific/Apia"})
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.sampled_from(ZONES))
def test_every_moment_is_in_its_month_and_in_no_other(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    month = calendar_month(now, zone)
    assert month.start <= now < month.end
    assert calendar_month(month.start, zone) == month
    assert calendar_month(month.end - timedelta(microseconds=1), zone) == month
    assert calendar_month(month.end, zone).start == month.end
    assert timedelta(days=28, hours=-1) <= month.end - month.start <= timedelta(days=31, hours=1)


@given(MOMENTS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_the_same_moment_in_any_zone_is_the_same_month(now: datetime, name: str, other: str) -> None:
    assert calendar_month(now.astimezone(ZoneInfo(other)), ZoneInfo(name)) == calendar_month(now, ZoneInfo(name))
