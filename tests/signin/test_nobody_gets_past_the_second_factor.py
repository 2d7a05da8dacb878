"""Staff without a second factor reach nothing of /admin/ but the pages that set one up, sessions and the way out."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.admin.addresses import every_page
from tests.admin.scene import organization_with_everything
from tests.signin.people import ACCOUNT, add_app, browser, enter_password, is_in, member_of_staff

pytestmark = pytest.mark.django_db
STAFFS = "/admin/"


@pytest.fixture
def company() -> SimpleNamespace:
    return organization_with_everything()


@pytest.fixture
def newcomer(company: SimpleNamespace) -> Client:
    client = browser()
    enter_password(client, member_of_staff())
    return client


def patterns(found: Any = None, prefix: str = "/") -> Any:
    """Every route with something in place of its parameters."""
    for each in (found or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield _filled(route)


def _filled(route: str) -> str:
    while "<" in route:
        before, _, rest = route.partition("<")
        route = f"{before}1{rest.partition('>')[2]}"
    return route.replace("^", "").replace("$", "").replace("\\Z", "").replace("(?P", "").replace(".*", "x")


def staffs_addresses() -> list[str]:
    return sorted({each for each in patterns() if each.startswith(STAFFS)})


def leads_to_set_up(client: Client, method: str, address: str) -> bool:
    answer = getattr(client, method)(address)
    return answer.status_code == 302 and answer.url == ACCOUNT


def test_every_page_leads_to_set_up(newcomer: Client, company: SimpleNamespace):
    pages = every_page()
    assert len(pages) > 40
    assert [page for page in pages if not leads_to_set_up(newcomer, "get", page)] == []


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head"])
def test_so_does_every_route_by_every_method(newcomer: Client, method: str):
    routes = [each for each in staffs_addresses() if not each.startswith(("/admin/account/", "/admin/log"))]
    assert len(routes) > len(admin.site._registry) * 4
    assert [route for route in routes if not leads_to_set_up(newcomer, method, route)] == []


@pytest.mark.parametrize(
    "address", ["/admin//account/../billing/", "/admin/accounts/", "/admin/account", "/admin/login"]
)
def test_a_name_that_looks_alike_is_no_way_in(newcomer: Client, address: str):
    assert newcomer.get(address).status_code in (302, 404)
    assert not is_in(newcomer)


def test_the_pages_that_help_are_open(newcomer: Client):
    for page in ("", "app/add/", "passkeys/add/", "sessions/", "confirm/"):
        assert newcomer.get(ACCOUNT + page).status_code == 200, page
    assert newcomer.get("/admin/account/recovery-codes/").status_code == 404


def test_the_way_out_is_open(newcomer: Client):
    assert newcomer.post("/admin/logout/").status_code in (200, 302)
    assert newcomer.get("/admin/").url.startswith("/admin/login/")


def test_nor_does_the_session_open_the_api_or_the_metrics(newcomer: Client):
    answer = newcomer.get("/api/v1/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    assert newcomer.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 401
    add_app(newcomer)
    assert newcomer.get("/api/v1/auth/me").status_code == 200
    assert newcomer.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 200


def test_with_one_all_is_open(newcomer: Client):
    add_app(newcomer)
    assert [page for page in every_page() if newcomer.get(page).status_code != 200] == []


def test_whoever_removes_the_last_one_is_led_back(newcomer: Client):
    add_app(newcomer)
    newcomer.post("/admin/account/app/remove/")
    assert newcomer.get("/admin/").url == ACCOUNT


def test_recovery_codes_alone_are_no_second_factor(newcomer: Client):
    assert newcomer.post("/admin/account/recovery-codes/new/").status_code == 200
    assert not is_in(newcomer)


def test_nothing_of_allauth_is_open_besides():
    """No sign-up, no login by mail or code, no reset: only what is named."""
    names = {each.split("/admin/account/")[1] for each in patterns() if each.startswith("/admin/account/")}
    assert names == {
        "",
        "app/add/",
        "app/remove/",
        "confirm/",
        "passkeys/",
        "passkeys/1/remove/",
        "passkeys/add/",
        "recovery-codes/",
        "recovery-codes/new/",
        "second-factor/",
        "sessions/",
    }
    assert not [each for each in patterns() if "signup" in each or "reset" in each or each.startswith("/accounts")]


@pytest.mark.parametrize("page", ["", "app/add/", "passkeys/add/", "sessions/", "confirm/", "recovery-codes/new/"])
def test_they_are_staffs_pages(page: str):
    client = Client()
    assert client.get(ACCOUNT + page).url.startswith("/admin/login/")
    member = member_of_staff()
    member.is_staff = False
    member.save()
    client.force_login(member)
    assert client.get(ACCOUNT + page).url.startswith("/admin/login/")
    assert client.post(ACCOUNT + page).status_code == 302
