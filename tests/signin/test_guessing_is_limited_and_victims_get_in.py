"""Failures are counted for account and address, and for the address: who guesses is locked out, whoever is guessed at
is not (ASVS 6.1.1, 6.3.1)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as django_settings

from audit.models import AuditEntry
from billing.signin.devices import COOKIE
from billing.signin.lockout import ADDRESS_FACTOR, CODES_FACTOR
from tests.signin.people import (
    LOGIN,
    PASSWORD,
    SECOND,
    browser,
    code_of,
    enter_password,
    is_in,
    member_of_staff,
    sign_in,
    with_app,
)

pytestmark = pytest.mark.django_db
LIMIT = django_settings.AXES_FAILURE_LIMIT
COOL_OFF = django_settings.AXES_COOLOFF_TIME
ATTACKER, OFFICE = "203.0.113.66", "192.0.2.10"
NOON = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _password_is_enough(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def guess(user: Any, times: int, address: str = ATTACKER) -> Any:
    """The answer to the last."""
    for number in range(times):
        answer = enter_password(browser(address), user, f"guess {number}")
    return answer


def test_after_five_wrong_ones_the_right_one_is_not_looked_at():
    user = member_of_staff()
    assert guess(user, LIMIT - 1).status_code == 200
    answer = guess(user, 1)
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(int(COOL_OFF.total_seconds()))
    assert "The account itself is not locked" in answer.content.decode()
    client = browser(ATTACKER)
    assert enter_password(client, user).status_code == 429
    assert not is_in(client)


def test_below_the_limit_the_right_one_gets_in_and_clears_the_count():
    user = member_of_staff()
    for _ in range(3):
        guess(user, LIMIT - 1)
        client = browser(ATTACKER)
        enter_password(client, user)
        assert is_in(client)


def test_the_victim_gets_in_from_its_own_address():
    user = member_of_staff()
    for number in range(20):
        guess(user, LIMIT + 1, f"203.0.113.{number}")
    client = browser(OFFICE)
    enter_password(client, user)
    assert is_in(client)


def test_even_beside_the_attacker_with_a_browser_that_was_used_before():
    user = member_of_staff()
    own = browser(OFFICE)
    enter_password(own, user)
    own.post("/admin/logout/")
    guess(user, LIMIT + 1, OFFICE)
    assert enter_password(browser(OFFICE), user).status_code == 429
    enter_password(own, user)
    assert is_in(own)


def test_a_known_browser_may_not_guess_for_ever():
    user = member_of_staff()
    own = browser(OFFICE)
    enter_password(own, user)
    own.post("/admin/logout/")
    answers = [enter_password(own, user, "wrong").status_code for _ in range(LIMIT)]
    assert answers == [200] * (LIMIT - 1) + [429]
    own.defaults["REMOTE_ADDR"] = "192.0.2.11"  # nor does it help to move
    assert enter_password(own, user).status_code == 429


def test_a_browser_is_known_for_the_accounts_that_it_signed_in_to():
    attacker, victim = member_of_staff(), member_of_staff()
    own = browser(ATTACKER)
    enter_password(own, attacker)
    own.post("/admin/logout/")
    answers = [enter_password(own, victim, "wrong").status_code for _ in range(LIMIT)]
    assert answers[-1] == 429
    forged = browser(ATTACKER)
    forged.cookies[COOKIE] = own.cookies[COOKIE].value[:-3] + "xyz"
    assert enter_password(forged, victim).status_code == 429


def test_the_cookie_of_a_known_browser_is_for_us_alone():
    client, user = browser(), member_of_staff()
    enter_password(client, user)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert user.email.split("@")[0] not in cookie.value


def test_a_lock_ends_by_itself_and_guessing_on_does_not_prolong_it(clock: Any):
    user = member_of_staff()
    guess(user, LIMIT)
    clock.shift(COOL_OFF - timedelta(seconds=1))
    assert guess(user, 3).status_code == 429
    clock.shift(2)
    client = browser(ATTACKER)
    enter_password(client, user)
    assert is_in(client)


def test_an_address_that_tries_many_accounts_is_locked_out_of_all():
    users = [member_of_staff() for _ in range(ADDRESS_FACTOR + 3)]
    for user in users:
        guess(user, LIMIT - 1)
    last = member_of_staff()
    assert guess(last, LIMIT - 1).status_code == 429
    client = browser(ATTACKER)
    assert enter_password(client, last).status_code == 429


def test_an_account_of_ones_own_does_not_reset_the_address():
    mine, users = member_of_staff(), [member_of_staff() for _ in range(ADDRESS_FACTOR + 3)]
    for user in users[:5]:
        guess(user, LIMIT - 1)
    client = browser(ATTACKER)
    enter_password(client, mine)
    assert is_in(client)
    for user in users[5:]:
        answer = guess(user, LIMIT - 1)
    assert answer.status_code == 429


def test_unknown_accounts_count_too_and_look_the_same():
    answers = [browser(ATTACKER).post(LOGIN, {"username": "no@example.com", "password": "x"}) for _ in range(LIMIT)]
    known = member_of_staff()
    others = [enter_password(browser("203.0.113.7"), known, "x") for _ in range(LIMIT)]
    assert [each.status_code for each in answers] == [each.status_code for each in others]


def test_another_browser_name_or_spelling_is_no_way_round():
    user = member_of_staff(email="someone@example.com")
    for number in range(LIMIT):
        client = browser(ATTACKER)
        client.defaults["HTTP_USER_AGENT"] = f"Browser {number}"
        spelt = user.email.upper() if number % 2 else f" {user.email}"
        client.post(LOGIN, {"username": spelt, "password": "wrong"})
    assert enter_password(browser(ATTACKER), user).status_code == 429


def test_an_ipv6_network_is_one_client():
    user = member_of_staff()
    for number in range(LIMIT):
        guess(user, 1, f"2001:db8:0:1::{number + 1:x}")
    assert enter_password(browser("2001:db8:0:1:ffff::1"), user).status_code == 429
    client = browser("2001:db8:0:2::1")
    enter_password(client, user)
    assert is_in(client)


def test_codes_are_counted_as_passwords_are(settings: Any):
    user, secret = with_app()
    client = browser(ATTACKER)
    enter_password(client, user)
    answers = [client.post(SECOND, {"code": f"{number:06}"}).status_code for number in range(LIMIT)]
    assert answers == [200] * (LIMIT - 1) + [429]
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 429
    assert not is_in(client)


def test_codes_are_limited_over_all_addresses_and_the_owner_still_gets_in(clock: Any):
    """Whoever knows the password may not try a million codes from a thousand addresses."""
    user, secret = with_app()
    own = browser(OFFICE)
    sign_in(own, user, secret)
    own.post("/admin/logout/")
    statuses = []
    for number in range(LIMIT * CODES_FACTOR + 1):
        client = browser(f"203.0.113.{number}")
        enter_password(client, user)
        statuses.append(client.post(SECOND, {"code": "000000"}).status_code)
    assert statuses[-1] == 429
    clock.shift(30)
    sign_in(own, user, secret)
    assert is_in(own)


def test_the_counts_hold_no_address_of_a_person_and_nothing_typed():
    user = member_of_staff()
    enter_password(browser(ATTACKER), user, "hunter2 typed wrongly")
    browser(ATTACKER).post(LOGIN, {"username": "my password by mistake", "password": "x"})
    stored = str(list(AccessAttempt.objects.values()))
    assert len(AccessAttempt.objects.all()) == 2
    for word in (user.email, "hunter2", "mistake", PASSWORD):
        assert word not in stored


def test_the_log_tells_of_an_attack_and_is_not_flooded():
    user = member_of_staff()
    for number in range(30):
        guess(user, LIMIT - 1, f"203.0.113.{number}")
    failures = AuditEntry.objects.filter(action="staff.sign_in_failed", target_id=str(user.pk)).order_by("id")
    assert [entry.after["failures"] for entry in failures] == [1, 10, 100]
    guess(user, LIMIT, "203.0.113.200")
    guess(user, LIMIT, "203.0.113.200")
    assert AuditEntry.objects.filter(action="staff.locked_out", target_id=str(user.pk)).count() == 1
    assert user.email not in str(list(AuditEntry.objects.values()))


def test_a_lock_of_an_unknown_account_is_told_without_its_name():
    for _ in range(LIMIT):
        browser(ATTACKER).post(LOGIN, {"username": "nobody@example.com", "password": "x"})
    entry = AuditEntry.objects.get(action="staff.locked_out")
    assert (entry.target_id, entry.actor_kind) == ("unknown", "system")
    assert entry.ip_address == ATTACKER


@pytest.mark.parametrize("name", ["\0", "x\0y", "a" * 254, "Ünï@exämple.com"])
def test_hostile_names_break_nothing(name: str):
    answers = [browser(ATTACKER).post(LOGIN, {"username": name, "password": "\0"}).status_code for _ in range(2)]
    assert answers == [200, 200]
