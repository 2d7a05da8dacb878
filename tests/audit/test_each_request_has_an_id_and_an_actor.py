"""The id joins the customer's complaint, the log line and the entry; the actor is taken from the session alone."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from audit.actor import SYSTEM, Actor, ActorKind
from audit.context import Context, current, identify
from audit.middleware import AuditContextMiddleware, actor_of
from billing.models import User
from tests.factories import UserFactory

OWN = re.compile(r"req_[0-9a-f]{32}")


def handled(user: object = None, **headers: str) -> tuple[Context, HttpResponse]:
    """What a view sees, and what the caller gets."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current())
        return HttpResponse("done")

    request = RequestFactory().get("/", **headers)
    if user is not None:
        request.user = user
    answer = AuditContextMiddleware(view)(request)
    return seen[0], answer


def test_a_request_without_an_id_is_given_one():
    seen, answer = handled()
    assert OWN.fullmatch(seen.request_id)
    assert answer["X-Request-ID"] == seen.request_id


def test_each_its_own():
    assert len({handled()[0].request_id for _ in range(20)}) == 20


@pytest.mark.parametrize("given", ["abcdefgh", "req_01H-x.y_Z", "a" * 64, "0" * 8])
def test_a_well_formed_id_of_the_caller_is_kept(given: str):
    seen, answer = handled(HTTP_X_REQUEST_ID=given)
    assert seen.request_id == answer["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given",
    [
        "",
        "short",
        "a" * 65,
        "with space",
        "semi;colon",
        "abcdefgh\n",
        "abcdefgh\r\nSet-Cookie: a=b",
        "<script>alert(1)</script>",
        "ünïcödé-id",
        "12345678\x00",
        "{request}",
        "٠١٢٣٤٥٦٧",
    ],
)
def test_any_other_is_replaced(given: str):
    seen, answer = handled(HTTP_X_REQUEST_ID=given)
    assert OWN.fullmatch(seen.request_id)
    assert answer["X-Request-ID"] == seen.request_id


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (User(pk=7, is_staff=False), Actor(ActorKind.USER, "7")),
        (User(pk=8, is_staff=True), Actor(ActorKind.STAFF, "8")),
        (User(pk=9, is_staff=False, is_superuser=True), Actor(ActorKind.USER, "9")),
        (AnonymousUser(), SYSTEM),
        (None, SYSTEM),
    ],
    ids=["customer", "staff", "superuser without the admin", "nobody", "no user at all"],
)
def test_who_is_signed_in_acts(user: object, expected: Actor):
    seen, _ = handled(user)
    assert seen.actor == expected


def test_a_request_without_a_user_has_no_actor():
    assert actor_of(RequestFactory().get("/")) is None


@pytest.mark.parametrize(("address", "expected"), [("192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("", None)])
def test_the_address_is_that_of_the_connection(address: str, expected: str | None):
    seen, _ = handled(REMOTE_ADDR=address)
    assert (seen.ip_address, seen.source) == (expected, "web")


def test_a_header_cannot_pretend_another_address():
    seen, _ = handled(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert seen.ip_address == "192.0.2.7"


def test_behind_proxies_of_ours_it_is_what_the_outermost_saw(settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    seen, _ = handled(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.7:4711")
    assert seen.ip_address == "198.51.100.7"
    seen, _ = handled(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="no address")
    assert seen.ip_address is None


def test_who_becomes_known_on_the_way_stays_known_to_its_end():
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        identify(Actor(ActorKind.API_KEY, "key_1"), 5)
        identify(Actor(ActorKind.API_KEY, "key_1"))
        seen.append(current())
        return HttpResponse("done")

    AuditContextMiddleware(view)(RequestFactory().get("/", headers={"X-Request-ID": "abcdefgh"}))
    assert (seen[0].actor.id, seen[0].organization_id, seen[0].request_id) == ("key_1", 5, "abcdefgh")
    assert current() == Context()


def test_nothing_stays_for_the_next_request_of_the_thread():
    handled(User(pk=8, is_staff=True), HTTP_X_REQUEST_ID="abcdefgh")
    assert current() == Context()


def test_nothing_stays_after_a_crash():
    def crash(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        AuditContextMiddleware(crash)(RequestFactory().get("/"))
    assert current() == Context()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/unauthorized", "/nothing-here", "/api/v1/nothing", "/admin/"])
def test_every_answer_of_the_product_carries_it(path: str):
    answer = Client().get(path, HTTP_X_REQUEST_ID="callers-own-id")
    assert answer["X-Request-ID"] == "callers-own-id"


@pytest.mark.django_db
def test_a_problem_names_the_id_of_its_answer():
    answer = Client().get("/api/v1/nothing")
    assert OWN.fullmatch(answer["X-Request-ID"])
    assert answer.json()["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db
def test_a_signed_in_person_acts_through_the_whole_stack(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr("config.pages.render", lambda *_, **__: seen.append(current()) or HttpResponse())
    client = Client()
    user = UserFactory(is_staff=True)
    client.force_login(user)
    client.get("/unauthorized", HTTP_X_REQUEST_ID="abcdefgh", REMOTE_ADDR="192.0.2.9")
    assert seen == [Context(Actor(ActorKind.STAFF, str(user.pk)), "abcdefgh", "192.0.2.9", "web")]
