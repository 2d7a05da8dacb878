"""After a mistake in the projection the rows are made again from what Stripe said; what is ours stays."""

import json

import pytest
from django.utils import timezone

from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, StripeObject, WebhookEvent
from tests.commands.running import run
from tests.inbox.webhooks import customer, encoded, event

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> None:
    for number in range(3):
        about = customer(f"cus_{number}", name=f"Company {number}")
        receive(encoded(event(f"evt_{number}", about=about)), now=timezone.now())
    process_due()


def test_with_nothing_stored_there_is_nothing_to_do() -> None:
    assert json.loads(run("rebuild_projection", "--json")) == {}
    assert run("rebuild_projection").startswith("0 objects projected in ")


@pytest.mark.usefixtures("three")
def test_wrong_rows_become_right() -> None:
    before = list(Organization.objects.order_by("id").values())
    Organization.objects.update(name="Wrong", email="wrong@example.com", balance=99)
    assert json.loads(run("rebuild_projection", "--json")) == {"customer": 3}
    assert list(Organization.objects.order_by("id").values()) == before


@pytest.mark.usefixtures("three")
def test_what_is_ours_stays() -> None:
    Organization.objects.update(time_zone="Asia/Tokyo", locale="de", anchor_day=5)
    run("rebuild_projection")
    assert set(Organization.objects.values_list("time_zone", "locale", "anchor_day")) == {("Asia/Tokyo", "de", 5)}


@pytest.mark.usefixtures("three")
def test_snapshots_and_events_are_only_read() -> None:
    def stored() -> list[object]:
        return [list(model.objects.order_by("id").values()) for model in (StripeObject, WebhookEvent)]

    before = stored()
    run("rebuild_projection")
    run("rebuild_projection")
    assert stored() == before


@pytest.mark.usefixtures("three")
def test_it_counts_as_it_goes() -> None:
    printed = run("rebuild_projection")
    assert "customer: 3" in printed
    assert "\n3 objects projected in " in printed
