"""Twelve guesses at once are no way round a limit of five: each knows of the failures before it."""

import threading
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.db import connection

from tests.signin.people import LOGIN, SECOND, browser, enter_password, member_of_staff, with_app

LIMIT = django_settings.AXES_FAILURE_LIMIT
HERE = "203.0.113.80"
TIMES = 12


def at_once(act: Any) -> list[int]:
    """The statuses of `act(number)`, all begun at the same moment, each on a connection of its own."""
    ready, statuses = threading.Barrier(TIMES), []

    def run(number: int) -> None:
        ready.wait(60)
        try:
            statuses.append(act(number).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def looked_at(statuses: list[int]) -> tuple[int, int]:
    return statuses.count(200) + statuses.count(401), statuses.count(429)


@pytest.mark.parametrize("door", ["admin", "api"])
def test_of_passwords(committing: str, door: str):
    user = member_of_staff()

    def guess(number: int) -> Any:
        client = browser(HERE)
        if door == "admin":
            return client.post(LOGIN, {"username": user.email, "password": f"guess {number}"})
        body = {"email": user.email, "password": f"guess {number}"}
        return client.post("/api/v1/auth/login", body, content_type="application/json")

    assert looked_at(at_once(guess)) == (LIMIT - 1, TIMES - LIMIT + 1)
    assert sum(AccessAttempt.objects.values_list("failures_since_start", flat=True)) == LIMIT


def test_of_codes(committing: str):
    user, _ = with_app()
    clients = [browser(HERE) for _ in range(TIMES)]
    for client in clients:
        enter_password(client, user)
    statuses = at_once(lambda number: clients[number].post(SECOND, {"code": f"{number:06}"}))
    assert looked_at(statuses) == (LIMIT - 1, TIMES - LIMIT + 1)
