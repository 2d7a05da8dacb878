"""Eighteen months pass by the sandbox's clock: it must go forward only, keep its endpoints and end at the present."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from deploy.demo import clock
from deploy.demo.clock import ClockError, control
from tests.services.scenes import at_stripe
from tests.stripe_events import ask_sandbox

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def test_it_is_told_lived_through_and_let_go(sandbox: str):
    clock.begin_at(LONG_AGO)
    assert clock.now() == LONG_AGO

    clock.live_to(LONG_AGO + timedelta(days=40))
    assert clock.now() == LONG_AGO + timedelta(days=40)
    clock.live_to(LONG_AGO)
    assert clock.now() == LONG_AGO + timedelta(days=40), "the past is left alone"

    with pytest.raises(ClockError, match=r"/_sandbox/clock: .*only moves forward"):
        control("clock", {"now": int(LONG_AGO.timestamp())})
    with pytest.raises(ClockError, match=r"/_sandbox/nothing: .*No such control"):
        control("nothing")

    clock.follow_the_wall()
    assert abs(clock.now().timestamp() - time.time()) < 30
    assert control("clock")["following_wall"] is True


def test_a_new_beginning_empties_it_and_keeps_its_endpoints(sandbox: str):
    for name in ("one", "two"):
        ask_sandbox(sandbox, "/_sandbox/endpoints", {"url": f"http://127.0.0.1:9/{name}", "secret": "whsec_old"})
    clock.begin_at(LONG_AGO)
    kept = at_stripe(sandbox, "webhook_endpoints")
    assert {endpoint["url"] for endpoint in kept} == {"http://127.0.0.1:9/one", "http://127.0.0.1:9/two"}
    assert at_stripe(sandbox, "customers") == []
    assert settings.STRIPE_WEBHOOK_SECRETS[0] == "whsec_tests"


def test_without_a_sandbox_it_is_an_error_of_the_network():
    with pytest.raises(OSError, match=r"refused|timed out"):
        clock.now()
