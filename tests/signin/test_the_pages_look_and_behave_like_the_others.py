"""The pages about signing in keep the house's rules: one heading, no inline script, nothing from elsewhere."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from billing.models import User
from tests.signin.people import ACCOUNT, SECOND, browser, enter_password, guessing, member_of_staff, sign_in, with_app

pytestmark = pytest.mark.django_db
OPEN = ("", "app/remove/", "passkeys/add/", "recovery-codes/", "recovery-codes/new/", "sessions/", "confirm/")
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", re.IGNORECASE)
HANDLER = re.compile(r"\s(?:on[a-z]+|style)\s*=\s*[\"']", re.IGNORECASE)


@pytest.fixture
def pages() -> dict[str, str]:
    """Each page by its address, as somebody with an app sees it; and those of the way in."""
    user, secret = with_app()
    client = browser()
    enter_password(client, user)
    found = {SECOND: read(client, SECOND), "locked": guessing(member_of_staff()).content.decode()}
    sign_in(client, user, secret)
    found |= {ACCOUNT + page: read(client, ACCOUNT + page) for page in OPEN}
    newcomer = browser()
    enter_password(newcomer, member_of_staff())
    for page in ("", "app/add/", "sessions/"):
        found[f"{ACCOUNT}{page} of a newcomer"] = read(newcomer, ACCOUNT + page)
    return found


def read(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == 200, address
    body: str = answer.content.decode()
    return body


def test_they_keep_to_the_content_policy(pages: dict[str, str]):
    for address, body in pages.items():
        assert not SCRIPT.search(body), address
        assert not HANDLER.search(body), address
        assert "alpine" not in body, address


def test_each_has_one_heading_and_says_where_one_is(pages: dict[str, str]):
    for address, body in pages.items():
        assert len(re.findall(r"<h1[ >]", body)) == 1, address
        assert body.count("<main") == 1, address
        assert re.search(r"<title>\s*\S", body), address
        assert ">DEMO<" in body, address


def test_every_field_has_a_name(pages: dict[str, str]):
    for address, body in pages.items():
        for field in re.findall(r"<input(?![^>]*hidden)[^>]*>", body):
            name = re.search(r'id="([^"]+)"', field)
            assert name, (address, field)
            assert f'for="{name.group(1)}"' in body, (address, field)


def test_every_form_that_is_posted_is_protected(pages: dict[str, str]):
    for address, body in pages.items():
        forms = re.findall(r'<form[^>]*method="post".*?</form>', body, re.DOTALL)
        assert all("csrfmiddlewaretoken" in form for form in forms), address


def test_everything_is_served_from_here(pages: dict[str, str]):
    for address, body in pages.items():
        for static in re.findall(r'(?:src|href)="(/static/[^"]+)"', body):
            assert finders.find(static.removeprefix("/static/")), (address, static)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', body), address


def test_they_are_kept_by_no_cache(pages: dict[str, str]):
    client, user = browser(), member_of_staff()
    enter_password(client, user)
    for page in ("", "app/add/", "sessions/", "confirm/"):
        assert "no-store" in client.get(ACCOUNT + page)["Cache-Control"], page


def test_a_name_with_markup_is_read_as_a_name():
    client = browser()
    enter_password(client, User.objects.get(pk=member_of_staff(name="<b>Bold</b>").pk))
    assert "<b>Bold" not in client.get(ACCOUNT).content.decode()


def test_the_script_is_short():
    path = finders.find("ch/passkey.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as script:
        assert len(script.readlines()) <= 40
