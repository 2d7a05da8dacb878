"""Zone and locale are ours to change; what Stripe holds cannot be changed past Stripe."""

from typing import Any

import pytest

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from billing.models import Organization
from billing.services.organization_settings import change
from tests.factories import OrganizationFactory
from tests.services.one_account import logged, nothing_happened

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(name="Acme", time_zone="UTC", locale="en")


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({"time_zone": "Asia/Tokyo"}, {"time_zone": "UTC"}, {"time_zone": "Asia/Tokyo"}),
        ({"locale": "de"}, {"locale": "en"}, {"locale": "de"}),
        ({"locale": "de", "time_zone": "UTC"}, {"locale": "en"}, {"locale": "de"}),
        (
            {"locale": "de", "time_zone": "Asia/Tokyo"},
            {"locale": "en", "time_zone": "UTC"},
            {"locale": "de", "time_zone": "Asia/Tokyo"},
        ),
    ],
)
def test_what_changed_is_stored_and_logged(
    organization: Organization, changes: dict[str, str], before: dict[str, str], after: dict[str, str]
) -> None:
    made = change(organization=organization, changes=changes, by=Actor(ActorKind.USER, "3"))
    assert {name: getattr(made, name) for name in after} == after
    entry = logged("organization.changed")
    assert (entry.before, entry.after) == (before, after)
    assert (entry.actor_kind, entry.actor_id) == ("user", "3")
    assert (entry.target_id, entry.organization_id) == (organization.public_id, organization.pk)


@pytest.mark.parametrize("changes", [{}, {"time_zone": "UTC"}, {"time_zone": "UTC", "locale": "en"}])
def test_what_stays_the_same_is_not_logged(organization: Organization, by: Actor, changes: dict[str, str]) -> None:
    change(organization=organization, changes=changes, by=by)
    assert nothing_happened()


@pytest.mark.parametrize(
    "changes",
    [{"name": "Other"}, {"email": "x@example.com"}, {"currency": "eur"}, {"stripe_customer_id": "cus_x"}, {"id": "1"}],
)
def test_what_stripe_holds_is_left_alone(organization: Organization, by: Actor, changes: dict[str, str]) -> None:
    before = Organization.objects.values().get()
    change(organization=organization, changes=changes, by=by)
    assert Organization.objects.values().get() == before
    assert nothing_happened()


def test_the_caller_sees_the_row_as_it_is(organization: Organization, by: Actor) -> None:
    Organization.objects.update(name="Renamed in Stripe")
    assert change(organization=organization, changes={"locale": "fr"}, by=by).name == "Renamed in Stripe"
    assert Organization.objects.get().locale == "fr"


def test_another_organization_is_not_touched(organization: Organization, by: Actor) -> None:
    other = OrganizationFactory(locale="en")
    change(organization=organization, changes={"locale": "fr"}, by=by)
    other.refresh_from_db()
    assert other.locale == "en"
    assert AuditEntry.objects.count() == 1


def test_a_stale_copy_does_not_bring_back_an_old_value(organization: Organization, by: Actor) -> None:
    """Two tabs: the second tab saves the zone that it has shown, which is no longer the zone of the row."""
    change(organization=Organization.objects.get(), changes={"time_zone": "Asia/Tokyo"}, by=by)
    made: Any = change(organization=organization, changes={"locale": "de"}, by=by)
    assert (made.time_zone, made.locale) == ("Asia/Tokyo", "de")
