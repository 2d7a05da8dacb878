import pytest
from django.core.exceptions import ImproperlyConfigured

from audit.actor import Actor, ActorKind
from audit.context import acting
from config.logging import add_context, configure


def line() -> dict[str, object]:
    return dict(add_context(None, "info", {"event": "x"}))


def test_actor_and_request_come_from_the_audit_context():
    with acting(Actor(ActorKind.STAFF, "7"), request_id="req_1"):
        assert line() == {"event": "x", "actor": "staff:7", "request_id": "req_1"}


def test_outside_a_request_the_system_acts():
    assert line() == {"event": "x", "actor": "system:system"}


def test_an_unknown_level_stops_the_start_and_names_the_variable():
    with pytest.raises(ImproperlyConfigured, match=r"LOG_LEVEL is 'LOUD'; write one of DEBUG, INFO"):
        configure(debug=False, level="LOUD")
