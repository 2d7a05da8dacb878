"""The admin's pages of usage: lists and objects to read, and nothing to write."""

import pytest
from django.test import Client

from tests.factories import UserFactory
from tests.usage.sending import count, event
from usage.admin import usage_event
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    client = Client()
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, path):
    response = client.get(f"/admin/usage/{path}")
    assert response.status_code == 200, response
    return response.content.decode()


def test_meters_with_their_rule(staff, meter):
    text = page(staff, "meter/")
    assert "API calls" in text
    assert "Sum of value in events of type api_call" in text
    assert "Sum of value in events of type api_call" in page(staff, "meter/api_calls/change/")


def test_events_newest_first(staff, organization):
    count(organization, event("first-one", value="12.5"))
    count(organization, event("second-one"))
    text = page(staff, "usageevent/")
    assert text.index("second-one") < text.index("first-one")
    assert organization.name in text
    assert "12.5" in text


def test_events_of_one_meter_or_organization(staff, organization, meter):
    count(organization, event("counted"))
    assert "counted" in page(staff, f"usageevent/?meter={meter.pk}&organization={organization.public_id}")
    assert ">counted<" not in page(staff, "usageevent/?organization=org_none")


def test_one_event_with_its_data(staff, organization):
    count(organization, event("one", data={"value": 1, "note": "<b>bold</b>"}))
    text = page(staff, f"usageevent/{UsageEvent.objects.get().pk}/change/")
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "<b>bold</b>" not in text


def test_only_recent_events_are_listed(staff, organization, monkeypatch):
    """However large the table is, the list and its filters read the newest part of it."""
    monkeypatch.setattr(usage_event, "RECENT", 2)
    count(organization, *(event(f"event-{number}") for number in range(4)))
    text = page(staff, "usageevent/")
    assert [f"event-{number}" in text for number in range(4)] == [False, False, True, True]


def test_the_number_of_statements_does_not_grow_with_the_rows(staff, organization, django_assert_max_num_queries):
    count(organization, *(event(number) for number in range(40)))
    with django_assert_max_num_queries(12):
        page(staff, "usageevent/")


@pytest.mark.parametrize("path", ["meter/add/", "usageevent/add/"])
def test_nothing_is_added_here(staff, meter, path):
    assert staff.get(f"/admin/usage/{path}").status_code == 403


def test_nothing_is_changed_here(staff, organization, meter):
    count(organization, event(1))
    for path in (f"meter/{meter.code}/change/", f"usageevent/{UsageEvent.objects.get().pk}/change/"):
        assert staff.post(f"/admin/usage/{path}", {"name": "x"}).status_code == 403
    assert staff.get(f"/admin/usage/meter/{meter.code}/delete/").status_code in (403, 404)


def test_an_empty_list_says_how_events_arrive(staff, meter):
    assert "POST /api/v1/usage/events" in page(staff, "usageevent/")
