"""Usage events never change, but for one thing: of an erased customer the sender's own words are forgotten."""

from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from audit.actor import SYSTEM
from audit.context import tenant
from billing.models import Organization
from billing.services import erasure
from billing.services.erasure.steps import Subject
from tests.factories import OrganizationFactory
from tests.usage.sending import count, event, rolled_up
from usage import erasure as forgetting
from usage.models import Meter, UsageEvent
from usage.store.meters import ensure_meter

FUNCTION = "SELECT usage_forget_event_data(%s, 100)"


@pytest.fixture
def sent(meter: Meter, organization: Organization) -> Organization:
    other = OrganizationFactory()
    for whose in (organization, other):
        count(
            whose,
            *(event(number, number, source="jane-app", data={"value": number, "who": "jane"}) for number in (1, 2, 3)),
        )
    return organization


def words(of: Organization) -> list[Any]:
    return list(UsageEvent.objects.filter(organization=of).order_by("id").values_list("source", "event_id", "data"))


def numbers() -> list[Any]:
    return list(UsageEvent.objects.order_by("id").values_list("id", "value", "time", "meter_id", "payload_hash"))


def run(statement: str, *given: Any) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchone() if cursor.description else None


def test_words_go_and_quantities_stay(sent: Organization) -> None:
    figures = numbers()
    before = rolled_up()
    done = erasure.erase(organization=sent, reason="Asked", by=SYSTEM)
    assert done["usage_usageevent"] == 3
    assert words(sent) == [("erased", str(number), {}) for (number, *_) in figures[:3]]
    assert (
        list(UsageEvent.objects.order_by("id").values_list("id", "value", "time", "meter_id", "payload_hash"))
        == figures
    )
    assert rolled_up() == before


def test_another_customers_events_stay_whole(sent: Organization) -> None:
    other = Organization.objects.exclude(pk=sent.pk).get()
    before = words(other)
    erasure.erase(organization=sent, reason="Asked", by=SYSTEM)
    assert words(other) == before
    assert "jane" in str(before)


def test_it_goes_batch_by_batch(sent: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    Organization.objects.filter(pk=sent.pk).update(erased_at=timezone.now())
    subject = Subject(sent.pk, sent.public_id, "")
    assert forgetting.forget_usage_data(subject, True) == {"usage_usageevent": 3}
    assert forgetting.forget_usage_data(subject, False) == {"usage_usageevent": 3}
    assert forgetting.forget_usage_data(subject, False) == {"usage_usageevent": 0}


def test_without_the_mark_the_function_refuses(sent: Organization) -> None:
    with pytest.raises(ProgrammingError, match="not marked as erased"):
        run(FUNCTION, sent.pk)
    assert "jane" in str(words(sent))


@pytest.mark.parametrize(
    "change",
    [
        "data = '{}', source = 'erased', event_id = id::text",
        "value = 0",
        "data = '{}'",
    ],
)
def test_the_ordinary_role_still_changes_nothing_itself(sent: Organization, change: str) -> None:
    Organization.objects.filter(pk=sent.pk).update(erased_at=timezone.now())
    with pytest.raises(ProgrammingError, match="append-only"):
        run(f"UPDATE usage_usageevent SET {change}")
    with pytest.raises(ProgrammingError, match="append-only"):
        run("DELETE FROM usage_usageevent")


@pytest.mark.parametrize(
    "change",
    [
        "value = 0",
        "data = '{}'",
        "data = '{}', source = 'erased', event_id = 'x'",
        "data = '{\"value\": 9}', source = 'erased', event_id = id::text",
        "data = '{}', source = 'erased', event_id = id::text, value = 0",
        "data = '{}', source = 'erased', event_id = id::text, time = now()",
    ],
)
def test_the_owner_can_do_nothing_else(committing: str, database_urls: Any, change: str) -> None:
    ensure_meter(code="api_calls", name="API calls", event_type="api_call", unit="call", by=SYSTEM)
    count(OrganizationFactory(), event())
    with psycopg.connect(database_urls("app_owner")) as owner:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"), owner.transaction():
            owner.execute(f"UPDATE usage_usageevent SET {change}")
        owner.execute("UPDATE usage_usageevent SET data = '{}', source = 'erased', event_id = id::text")
    assert UsageEvent.objects.get().source == "erased"


def test_customers_may_not_call_it(sent: Organization) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for function"), tenant(sent.pk):
        run(FUNCTION, sent.pk)
