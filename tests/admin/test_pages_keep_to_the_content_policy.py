"""The policy is strict; only on /admin/ Unfold's forms may evaluate, and no page of ours uses even that."""

import re
from types import SimpleNamespace

from django.contrib.staticfiles import finders
from django.test import Client

from tests.admin.addresses import every_page

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
UNFOLDS_FORMS = ("/admin/billing/user/", "/admin/password_change/")
ADDRESS = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def test_no_page_has_an_inline_script_or_handler(admin: Client, company: SimpleNamespace) -> None:
    for page in every_page():
        body = admin.get(page).content.decode()
        assert not INLINE_SCRIPT.search(body), page
        assert not HANDLER.search(body), page


def test_only_unfolds_forms_load_alpine(admin: Client, company: SimpleNamespace) -> None:
    for page in every_page():
        if "alpine" in admin.get(page).content.decode():
            assert page.startswith(UNFOLDS_FORMS), page


def test_everything_is_served_from_here_and_exists(admin: Client, company: SimpleNamespace) -> None:
    for page in [*every_page(), "/admin/login/"]:
        body = admin.get(page).content.decode()
        for address in ADDRESS.findall(body):
            assert finders.find(address.removeprefix("/static/")), (page, address)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', body), page


def test_the_header_is_wider_on_the_staffs_site_alone(admin: Client, company: SimpleNamespace) -> None:
    policy = admin.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy
    elsewhere = admin.get("/api/v1/meta/plans")["Content-Security-Policy"]
    assert "unsafe" not in elsewhere


def test_pages_are_small(admin: Client, company: SimpleNamespace) -> None:
    for page in every_page():
        if not page.startswith(UNFOLDS_FORMS):
            assert len(admin.get(page).content) < 150_000, page


def test_the_script_is_short(db: None) -> None:
    for name in ("ch/ch.js", "ch/theme.js"):
        path = finders.find(name)
        assert isinstance(path, str)
        with open(path, encoding="utf-8") as script:
            assert len(script.readlines()) <= 120
