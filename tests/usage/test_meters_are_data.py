"""Meters are made and changed by one function, which writes the log and protects what was counted."""

import pytest

from audit.actor import Actor, ActorKind
from audit.models import AuditEntry
from tests.usage.sending import count, event, tally
from usage.models import Meter
from usage.store.meters import CannotChangeMeter, ensure_meter

pytestmark = pytest.mark.django_db
STAFF = Actor(ActorKind.STAFF, "7")


def ensure(**changes):
    fields = {"code": "tokens", "name": "Tokens", "event_type": "llm.call", "value_property": "tokens", "unit": "token"}
    return ensure_meter(**{**fields, **changes}, by=STAFF)


def entries():
    return list(AuditEntry.objects.filter(target_type="meter", target_id="tokens").order_by("id"))


def test_it_is_made_once():
    assert ensure().pk == ensure().pk
    (entry,) = entries()
    assert (entry.action, entry.actor_id, entry.organization_id) == ("meter.created", "7", None)
    assert entry.after["event_type"] == "llm.call"


def test_a_change_is_logged_with_what_it_was():
    ensure()
    assert ensure(name="LLM tokens", unit="1,000 tokens").unit == "1,000 tokens"
    assert Meter.objects.get(code="tokens").name == "LLM tokens"
    assert entries()[-1].before == {"name": "Tokens", "unit": "token"}
    assert entries()[-1].after == {"name": "LLM tokens", "unit": "1,000 tokens"}


@pytest.mark.parametrize("change", [{"event_type": "llm"}, {"value_property": "value"}, {"unit": "word"}])
def test_what_was_counted_keeps_its_meaning(organization, change):
    ensure()
    count(organization, event(1, type="llm.call", data={"tokens": 5}))
    with pytest.raises(CannotChangeMeter):
        ensure(**change)
    assert ensure(name="Other").name == "Other"


def test_a_meter_counts_its_own_type_and_property(organization):
    ensure()
    outcome = count(
        organization,
        event(1, type="llm.call", data={"tokens": "2.5"}),
        event(2, type="llm.call", data={"value": 1}),
        event(3, type="llm.other", data={"tokens": 1}),
    )
    assert tally(outcome) == (1, 0, [(1, "invalid_value"), (2, "unknown_event_type")])


def test_a_meter_counts_nothing_from_before_it_existed(organization):
    assert tally(count(organization, event(1, type="llm.call", data={"tokens": 5})))[2] == [(0, "unknown_event_type")]
    assert ensure().events.count() == 0
