"""Whoever signed in a while ago shows once more who he is before money moves or rights are given."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from audit.models import AuditEntry
from billing.models import StripeCommand, User
from billing.signin import recent
from tests.admin.addresses import VERBS, page_of, verb_of
from tests.admin.scene import organization_with_everything, staff
from tests.signin.people import CONFIRM, PASSWORD, browser, code_of, enter_password, member_of_staff, sign_in, with_app

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def company() -> SimpleNamespace:
    return organization_with_everything()


@pytest.fixture(autouse=True)
def _password_is_enough(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False


def signed_in(clock: Any, settings: Any, *, ago: int) -> tuple[Client, User]:
    client, user = browser(), member_of_staff()
    enter_password(client, user)
    clock.shift(ago)
    return client, user


def asked(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith(CONFIRM)


def guarded(company: SimpleNamespace, person: User) -> list[str]:
    of_people = ["/admin/billing/user/add/", page_of(person), f"/admin/billing/user/{person.pk}/password/"]
    own = ["app/add/", "app/remove/", "passkeys/add/", "passkeys/1/remove/", "recovery-codes/", "recovery-codes/new/"]
    verbs = [verb_of(company.subscription, verb) for verb in VERBS]
    return [*verbs, *of_people, *(f"/admin/account/{each}" for each in own)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_none_of_them_opens_without_it(clock: Any, settings: Any, company: SimpleNamespace, method: str):
    client, user = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    for address in guarded(company, user):
        answer = getattr(client, method)(address)
        assert asked(answer), address
        assert answer.url == f"{CONFIRM}?next={address.replace('/', '%2F')}"


def test_shortly_after_signing_in_nobody_is_asked(clock: Any, settings: Any, company: SimpleNamespace):
    client, user = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS - 1)
    assert not any(asked(client.get(address)) for address in guarded(company, user))


def test_the_answer_leads_back_and_holds_for_a_while(clock: Any, settings: Any, company: SimpleNamespace):
    client, user = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    address = verb_of(company.subscription, "cancel")
    assert "signed in a while ago" in client.get(client.get(address).url).content.decode()
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": address})
    assert (answer.status_code, answer.url) == (302, address)
    clock.shift(settings.STEP_UP_SECONDS - 1)
    assert client.get(address).status_code == 200
    clock.shift(1)
    assert asked(client.get(address))
    entry = AuditEntry.objects.get(action="staff.confirmed")
    assert (entry.actor_id, entry.after) == (str(user.pk), {"by": "password"})


def test_what_was_posted_is_not_done_by_itself(clock: Any, settings: Any, company: SimpleNamespace):
    client, _ = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    address = verb_of(company.subscription, "cancel")
    before = StripeCommand.objects.count()
    to = client.post(address, {"reason_code": "customer_request", "reason": "asked", "at": "now"}).url
    assert "Nothing was done yet" in client.get(to).content.decode()
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": address}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "Stripe command" not in answer.content.decode() or StripeCommand.objects.count() == before
    assert StripeCommand.objects.count() == before


@pytest.mark.parametrize("given", [{}, {"password": ""}, {"password": "wrong"}, {"password": "\0"}])
def test_a_wrong_password_confirms_nothing(clock: Any, settings: Any, company: SimpleNamespace, given: dict[str, str]):
    client, _ = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    assert client.post(CONFIRM, given).status_code == 200
    assert asked(client.get(verb_of(company.subscription, "cancel")))


def test_somebody_elses_password_neither(clock: Any, settings: Any, company: SimpleNamespace):
    client, user = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    user.set_password("another pass phrase")
    user.save()
    member_of_staff()
    assert client.post(CONFIRM, {"password": PASSWORD}).url.startswith("/admin/login/")


def test_with_a_second_factor_both_are_asked_for(clock: Any, settings: Any, company: SimpleNamespace):
    user, secret = with_app()
    client = browser()
    sign_in(client, user, secret)
    clock.shift(settings.STEP_UP_SECONDS)
    address = verb_of(company.subscription, "cancel")
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    assert client.post(CONFIRM, {"code": code_of(secret)}).status_code == 200
    assert client.post(CONFIRM, {"password": "wrong", "code": code_of(secret)}).status_code == 200
    assert client.post(CONFIRM, {"password": PASSWORD, "code": "000000"}).status_code == 200
    assert asked(client.get(address))
    answer = client.post(CONFIRM, {"password": PASSWORD, "code": code_of(secret), "next": address})
    assert answer.url == address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("credential", ["{}", "[]", "null", "not json", '{"id": "x", "rawId": "x", "response": {}}'])
def test_a_made_up_passkey_is_refused(clock: Any, settings: Any, company: SimpleNamespace, credential: str):
    user, secret = with_app()
    client = browser()
    sign_in(client, user, secret)
    clock.shift(settings.STEP_UP_SECONDS)
    assert client.post(CONFIRM, {"password": PASSWORD, "credential": credential}).status_code == 200
    assert asked(client.get(verb_of(company.subscription, "cancel")))


def test_guessing_there_is_limited_as_at_the_door(clock: Any, settings: Any):
    client, _ = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    answers = [client.post(CONFIRM, {"password": f"guess {n}"}).status_code for n in range(settings.AXES_FAILURE_LIMIT)]
    assert answers[-1] == 429
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil"])
def test_it_leads_to_no_other_site(clock: Any, settings: Any, wanted: str):
    client, _ = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    assert client.post(CONFIRM, {"password": PASSWORD, "next": wanted}).url == "/admin/"


def test_reading_is_never_asked_for(clock: Any, settings: Any, company: SimpleNamespace):
    client, _ = signed_in(clock, settings, ago=settings.STEP_UP_SECONDS)
    for page in ("/admin/", page_of(company.subscription), page_of(company.invoice), "/admin/account/sessions/"):
        assert client.get(page).status_code == 200


def test_a_forced_login_is_no_confirmation(company: SimpleNamespace):
    client = Client()
    client.force_login(member_of_staff())
    assert asked(client.get(verb_of(company.subscription, "cancel")))


def test_without_the_right_there_is_nothing_to_confirm(company: SimpleNamespace):
    client = Client()
    client.force_login(staff())
    assert client.get(verb_of(company.subscription, "cancel")).status_code == 403
    assert client.get("/admin/billing/user/").status_code == 403


@pytest.mark.parametrize(("seconds", "expected"), [(0, True), (599, True), (600, False), (-1, False)])
def test_neither_the_past_nor_the_future_is_recent(clock: Any, settings: Any, seconds: int, expected: bool):
    settings.STEP_UP_SECONDS = 600
    request = RequestFactory().get("/")
    request.user, request.session = member_of_staff(), {}
    recent.note(request)
    clock.shift(seconds)
    assert recent.is_recent(request) is expected


def test_nobody_is_never_recent():
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}
    recent.note(request)
    assert not recent.is_recent(request)
