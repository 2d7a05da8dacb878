"""Ten tries a minute and address: enough for people, too few to guess."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from billing.limits.policies import SIGN_IN
from tests.api.calls import Api, problem

pytestmark = pytest.mark.django_db
TRIES = SIGN_IN.quota
NOON = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)


def attempt(address: str = "192.0.2.1", **headers: str):
    api = Api(**headers)
    return api.client.post(
        "/api/v1/auth/login", "{}", content_type="application/json", headers=api.headers, REMOTE_ADDR=address
    )


def exhaust(address: str = "192.0.2.1", **headers: str) -> None:
    for _ in range(TRIES):
        assert attempt(address, **headers).status_code == 400


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(("second", "wait"), [(0, "66"), (1, "65"), (30, "36"), (59, "7")])
def test_the_answer_says_how_long_to_wait(clock, second, wait):
    clock.move_to(NOON + timedelta(seconds=second))
    exhaust()
    answer = attempt()
    document = problem(answer, 429, "rate_limited")
    assert document["detail"] == f"Too many requests; wait {wait} seconds."
    assert {
        name: answer[name] for name in ("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    } == {
        "Retry-After": wait,
        "RateLimit-Limit": "10",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": wait,
    }


def test_who_waits_that_long_may_try_again(clock):
    clock.move_to(NOON + timedelta(seconds=45))
    exhaust()
    wait = int(attempt()["Retry-After"])
    clock.shift(wait - 1)
    assert attempt().status_code == 429
    clock.shift(1)
    assert attempt().status_code == 400
    clock.shift(120)
    exhaust()


def test_another_address_is_not_held_up(clock):
    exhaust("192.0.2.1")
    assert attempt("192.0.2.1").status_code == 429
    assert attempt("192.0.2.2").status_code == 400
    assert attempt("2001:db8::1").status_code == 400


def test_an_address_that_the_caller_made_up_is_not_believed(clock, settings):
    """Without a proxy of ours, X-Forwarded-For is whatever the caller writes."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 0}
    for number in range(TRIES):
        assert attempt(**{"X-Forwarded-For": f"198.51.100.{number}"}).status_code == 400
    assert attempt(**{"X-Forwarded-For": "198.51.100.99"}).status_code == 429


def test_other_routes_are_not_counted(clock):
    for _ in range(TRIES + 5):
        assert Api().get("meta/features").status_code == 200
    assert attempt().status_code == 400


def test_the_limit_can_be_switched_off(clock, settings):
    settings.RATE_LIMIT_ENABLED = False
    for _ in range(TRIES + 2):
        assert attempt().status_code == 400


def test_a_right_password_counts_as_a_try_too(clock):
    """Else an account of one's own would tell that the counter stands still for others."""
    exhaust()
    assert (
        Api()
        .client.post(
            "/api/v1/auth/login",
            '{"email": "a@example.com", "password": "right"}',
            content_type="application/json",
            REMOTE_ADDR="192.0.2.1",
        )
        .status_code
        == 429
    )
