"""Whoever looks over a shoulder, or reads the traffic, cannot use the same code again (ASVS 6.5.1)."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest

from billing.signin.factors import CannotSpendCode, spend_code
from tests.signin.people import (
    SECOND,
    STEP_SECONDS,
    add_app,
    browser,
    code_of,
    enter_password,
    is_in,
    member_of_staff,
    recovery_codes,
    sign_in,
    with_app,
)

NOON = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def second_step(user: Any, code: str) -> bool:
    client = browser()
    enter_password(client, user)
    client.post(SECOND, {"code": code})
    return is_in(client)


@pytest.mark.django_db
def test_the_same_code_signs_in_once(clock: Any):
    user, secret = with_app()
    assert second_step(user, code_of(secret))
    assert not second_step(user, code_of(secret))


@pytest.mark.django_db
def test_an_emptied_cache_makes_no_difference(clock: Any):
    user, secret = with_app()
    assert second_step(user, code_of(secret))
    cache.clear()
    assert not second_step(user, code_of(secret))


@pytest.mark.django_db
def test_nor_does_one_of_an_earlier_step_that_is_still_within_the_tolerance(clock: Any):
    user, secret = with_app()
    assert second_step(user, code_of(secret, steps=1))
    assert not second_step(user, code_of(secret))
    clock.shift(2 * STEP_SECONDS)
    assert second_step(user, code_of(secret))


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(clock: Any, steps: int, accepted: bool):
    user, secret = with_app()
    clock.shift(10 * STEP_SECONDS)
    assert second_step(user, code_of(secret, steps=steps)) is accepted


@pytest.mark.django_db
def test_the_code_that_set_the_app_up_does_not_sign_in(clock: Any):
    user, client = member_of_staff(), browser()
    enter_password(client, user)
    secret = add_app(client, steps=0)
    assert not second_step(user, code_of(secret))


@pytest.mark.django_db
def test_blanks_between_the_digits_are_no_mistake(clock: Any):
    user, secret = with_app()
    code = code_of(secret)
    assert second_step(user, f" {code[:3]} {code[3:]} ")


@pytest.mark.django_db
def test_signing_in_and_confirming_share_the_codes(clock: Any, settings: Any):
    user, secret = with_app()
    client = browser()
    sign_in(client, user, secret)
    clock.shift(timedelta(seconds=settings.STEP_UP_SECONDS))
    code = code_of(secret)
    assert second_step(user, code)
    answer = client.post("/admin/account/confirm/", {"password": "correct horse battery staple", "code": code})
    assert answer.status_code == 200
    assert "was used before" in answer.content.decode()


def spent_at_once(user: Any, code: str, times: int) -> list[str]:
    """What becomes of one code that is given in `times` at the same moment, each by a connection of its own."""
    outcomes: list[str] = []
    ready = threading.Barrier(times)

    def spend() -> None:
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = "192.0.2.7"
        ready.wait(60)
        try:
            outcomes.append(spend_code(user=user, code=code, request=request).type)
        except CannotSpendCode as refusal:
            outcomes.append("locked" if refusal.locked else "refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_of_eight_at_the_same_moment_one_gets_in(committing: str, kind: str):
    user, secret = with_app()
    code = code_of(secret) if kind == "totp" else recovery_codes(user)[0]
    outcomes = spent_at_once(user, code, 8)
    assert outcomes.count(kind) == 1
    assert set(outcomes) <= {kind, "refused", "locked"}


def test_the_last_step_is_kept_with_the_secret(committing: str):
    user, secret = with_app()
    spent_at_once(user, code_of(secret), 1)
    row = Authenticator.objects.get(user=user, type="totp")
    assert row.data["last_step"] == int(time.time()) // STEP_SECONDS
    assert row.last_used_at is not None
