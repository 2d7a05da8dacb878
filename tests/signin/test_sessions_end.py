"""By time, by hand, by a change of what one signs in with, and by losing access."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from knox.models import AuthToken

from audit.models import AuditEntry
from billing.admin.account.own_sessions import browser_words
from billing.models import User
from billing.signin.sessions import BEGAN, SEEN
from tests.signin.people import PASSWORD, add_app, browser, enter_password, is_in, member_of_staff, sign_in, with_app

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)
SESSIONS = "/admin/account/sessions/"
NEW = "a long and unusual pass phrase"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _password_is_enough(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def signed_in(user: User) -> Client:
    client = browser()
    enter_password(client, user)
    assert is_in(client)
    return client


def test_an_idle_one_ends(clock: Any, settings: Any):
    client = signed_in(member_of_staff())
    clock.shift(settings.SESSION_IDLE_SECONDS - 1)
    assert is_in(client)
    clock.shift(settings.SESSION_IDLE_SECONDS)
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[0][0].startswith("/admin/login/")
    assert "Your session has ended" in answer.content.decode()


def test_one_in_use_ends_when_it_is_too_old(clock: Any, settings: Any):
    client = signed_in(member_of_staff())
    steps, step = divmod(settings.SESSION_MAX_SECONDS, settings.SESSION_IDLE_SECONDS - 300)
    for _ in range(steps):
        clock.shift(settings.SESSION_IDLE_SECONDS - 300)
        assert is_in(client)
    clock.shift(step)
    assert not is_in(client)


def test_the_ended_one_is_gone_from_the_table(clock: Any, settings: Any):
    client = signed_in(member_of_staff())
    key = client.cookies["sessionid"].value
    clock.shift(settings.SESSION_IDLE_SECONDS)
    client.get("/admin/")
    assert not Session.objects.filter(session_key=key).exists()


def test_one_that_was_not_begun_here_has_run_out():
    client = Client()
    client.force_login(member_of_staff())
    session = client.session
    del session[BEGAN], session[SEEN]
    session.save()
    assert not is_in(client)


def test_a_page_a_minute_is_noted_and_not_every_page(clock: Any):
    client = signed_in(member_of_staff())
    seen = client.session[SEEN]
    clock.shift(59)
    is_in(client)
    assert client.session[SEEN] == seen
    clock.shift(1)
    is_in(client)
    assert client.session[SEEN] == seen + 60


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_loses_access_is_out_at_the_next_page(change: dict[str, bool]):
    user = member_of_staff()
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(**change)
    for page in ("/admin/", "/admin/account/", SESSIONS, "/admin/account/confirm/"):
        assert client.get(page).url.startswith("/admin/login/")
    assert client.post(SESSIONS, {"others": "1"}).status_code == 302


def test_the_oldest_ends_when_there_are_too_many(clock: Any, settings: Any):
    settings.SESSIONS_PER_PERSON = 3
    user = member_of_staff()
    clients = []
    for _ in range(5):
        clients.append(signed_in(user))
        clock.shift(1)
    assert [is_in(client) for client in clients] == [False, False, True, True, True]
    entry = AuditEntry.objects.filter(action="staff.sessions_ended").latest("id")
    assert entry.after["reason"] == "too many at once"


def test_all_are_listed_and_this_one_is_marked():
    user, other = member_of_staff(), member_of_staff()
    first, second = signed_in(user), signed_in(user)
    signed_in(other)
    page = second.get(SESSIONS).content.decode()
    assert page.count("Firefox on Linux") == 2 * 2, "each name stands in its row and in its button"
    assert page.count("this one") == 1
    assert first.get(SESSIONS).status_code == 200


def test_one_is_ended_by_hand():
    user = member_of_staff()
    first, second = signed_in(user), signed_in(user)
    row = UserSession.objects.get(session_key=first.cookies["sessionid"].value)
    second.post(SESSIONS, {"session": str(row.pk)})
    assert not is_in(first)
    assert is_in(second)
    assert AuditEntry.objects.get(action="staff.sessions_ended").after == {
        "ended": 1,
        "tokens": 0,
        "reason": "ended by hand",
    }


def test_ending_this_one_is_signing_out():
    client = signed_in(member_of_staff())
    row = UserSession.objects.get(session_key=client.cookies["sessionid"].value)
    assert client.post(SESSIONS, {"session": str(row.pk)}).url == "/admin/login/"
    assert not is_in(client)


def test_all_others_are_ended_by_hand_and_tokens_with_them():
    user = member_of_staff()
    first, second, third = (signed_in(user) for _ in range(3))
    AuthToken.objects.create(user=user)
    third.post(SESSIONS, {"others": "1"})
    assert [is_in(client) for client in (first, second, third)] == [False, False, True]
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("key", ["", "0", "x", "999999999", "-1"])
def test_nobody_ends_what_is_not_his(key: str):
    user, other = member_of_staff(), member_of_staff()
    client, others = signed_in(user), signed_in(other)
    row = UserSession.objects.get(session_key=others.cookies["sessionid"].value)
    client.post(SESSIONS, {"session": key})
    client.post(SESSIONS, {"session": str(row.pk)})
    assert is_in(others)
    assert is_in(client)


def test_looking_ends_nothing():
    user = member_of_staff()
    first, second = signed_in(user), signed_in(user)
    second.get(f"{SESSIONS}?others=1")
    assert is_in(first)


def test_a_new_password_ends_the_others():
    user = member_of_staff()
    first, second = signed_in(user), signed_in(user)
    AuthToken.objects.create(user=user)
    answer = second.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )
    assert answer.status_code == 302
    assert not is_in(first)
    assert is_in(second)
    assert not AuthToken.objects.exists()
    assert "this one" in second.get(SESSIONS).content.decode()
    assert AuditEntry.objects.filter(action="staff.password_changed", target_id=str(user.pk)).count() == 1


def test_a_password_that_somebody_else_set_ends_all():
    user = member_of_staff()
    client, keeper = signed_in(user), signed_in(member_of_staff())
    AuthToken.objects.create(user=user)
    data = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert keeper.post(f"/admin/billing/user/{user.pk}/password/", data).status_code == 302
    assert not is_in(client)
    assert is_in(keeper)
    assert not AuthToken.objects.exists()
    assert AuditEntry.objects.get(action="staff.password_changed").target_id == str(user.pk)


def test_a_new_second_factor_ends_the_others():
    user = member_of_staff()
    first, second = signed_in(user), signed_in(user)
    add_app(second)
    assert not is_in(first)
    assert is_in(second)


def test_a_removed_second_factor_ends_the_others():
    user, secret = with_app()
    first = browser()
    sign_in(first, user, secret)
    second = browser()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=60)):
        sign_in(second, user, secret)
        assert second.post("/admin/account/app/remove/").status_code == 302
        assert not is_in(first)
        assert is_in(second)


def test_signing_out_ends_it_on_the_server():
    client = signed_in(member_of_staff())
    key = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    client.cookies["sessionid"] = key
    assert not is_in(client)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "curl"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(sent: str, words: str):
    assert browser_words(sent) == words
