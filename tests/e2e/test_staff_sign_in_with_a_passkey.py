"""From the first sign-in to a passkey and back, in a browser with an authenticator of its own (WebAuthn over CDP).

Pictures of every page on the way, light and dark, wide and narrow, go to var/screenshots/signin; somebody has to look
at them.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.e2e.screenshots import FLAGS, THEMES, WIDTHS, Report, _check, _watch, browser_path
from tests.e2e.serving import served
from tests.signin.people import PASSWORD, guessing, member_of_staff, with_app

FOLDER = Path("var/screenshots/signin")
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not browser_path(), reason="there is no Chromium on this machine"),
]


@pytest.fixture
def site(committing: str, settings: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    settings.STATIC_ROOT, settings.STAFF_MFA_REQUIRED = str(tmp_path), True
    person, (other, _) = member_of_staff(name="Ada Example"), with_app()
    guessing(member_of_staff(), "203.0.113.1")
    with served() as port:  # a passkey belongs to a name: an address has none
        yield SimpleNamespace(url=f"http://localhost:{port}", email=person.email, with_app=other.email)


class Walk:
    """One person in front of a browser; `seen` takes the pictures of the page and looks for what they do not show."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.url, self.report = url, Report()
        _watch(self.page, self.report)
        FOLDER.mkdir(parents=True, exist_ok=True)

    def plug_in(self, **changes: object) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **changes}})

    def enter_password(self, email: str) -> None:
        self.page.goto(f"{self.url}/admin/login/")
        self.page.fill("#id_username", email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button[type=submit]")

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def click(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def is_at(self, path: str) -> None:
        self.page.wait_for_url(f"{self.url}{path}")

    def seen(self, name: str) -> None:
        for theme in THEMES:
            for width, height in WIDTHS.items():
                self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
                self.page.set_viewport_size({"width": width, "height": height})
                _check(self.page, f"{name} {theme} {width}", self.report)
                self.page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": 1440, "height": 900})


@pytest.fixture
def walk(site: SimpleNamespace) -> Iterator[Walk]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path() or None, args=FLAGS)
        yield Walk(browser.new_context(), site.url)
        browser.close()


def add_passkey(walk: Walk, email: str) -> None:
    walk.enter_password(email)
    walk.is_at("/admin/account/")
    walk.seen("set-up")
    walk.page.get_by_role("link", name="Add a passkey").click()
    walk.seen("passkey-add")
    walk.page.fill("#id_name", "This laptop")
    walk.click("Add the passkey")
    walk.is_at("/admin/account/recovery-codes/")
    walk.seen("recovery-codes")


def test_a_passkey_is_added_signs_in_confirms_and_is_removed(site: SimpleNamespace, walk: Walk) -> None:
    walk.plug_in()
    add_passkey(walk, site.email)
    walk.page.goto(f"{site.url}/admin/")
    walk.is_at("/admin/")
    walk.sign_out()

    walk.enter_password(site.email)
    walk.is_at("/admin/account/second-factor/")
    walk.seen("second-factor")
    walk.click("Use a passkey")
    walk.is_at("/admin/")

    walk.page.goto(f"{site.url}/admin/account/confirm/?next=/admin/billing/organization/")
    walk.seen("confirm")
    walk.click("Confirm with a passkey")
    walk.page.fill("#id_password", PASSWORD)
    walk.click("Confirm with a passkey")
    walk.is_at("/admin/billing/organization/")

    walk.page.goto(f"{site.url}/admin/account/")
    walk.seen("overview")
    walk.page.get_by_role("link", name="Remove This laptop").click()
    walk.seen("passkey-remove")
    walk.click("Remove")
    walk.is_at("/admin/account/")
    walk.page.goto(f"{site.url}/admin/")
    walk.is_at("/admin/account/")
    assert walk.report.problems == []


def test_another_authenticator_does_not_get_in(site: SimpleNamespace, walk: Walk) -> None:
    walk.plug_in()
    add_passkey(walk, site.email)
    walk.sign_out()
    other = Walk(walk.page.context, site.url)
    other.plug_in(automaticPresenceSimulation=False, isUserVerified=False)
    other.enter_password(site.email)
    other.is_at("/admin/account/second-factor/")
    other.page.evaluate(
        "document.querySelector('[data-passkey]').dataset.question = JSON.stringify({publicKey:"
        "{challenge: 'AAAA', rpId: 'elsewhere.example', allowCredentials: []}})"
    )
    other.click("Use a passkey")
    other.page.get_by_text("Your browser did not use the passkey").wait_for()
    other.page.goto(f"{site.url}/admin/")
    assert other.page.url.startswith(f"{site.url}/admin/login/")


def test_the_other_pages_on_the_way_look_right(site: SimpleNamespace, walk: Walk) -> None:
    walk.enter_password(site.email)
    for name, path in (("app-add", "app/add/"), ("sessions", "sessions/"), ("confirm-password", "confirm/")):
        walk.page.goto(f"{site.url}/admin/account/{path}")
        walk.seen(name)
    walk.page.goto(f"{site.url}/admin/account/app/add/")
    walk.page.fill("#id_code", "000000")
    walk.click("Add the app")
    walk.seen("app-add-wrong")
    walk.page.goto(f"{site.url}/admin/account/confirm/")
    walk.page.fill("#id_password", "wrong")
    walk.click("Confirm")
    walk.seen("confirm-wrong")
    walk.sign_out()

    walk.enter_password(site.with_app)
    walk.seen("second-factor-code")
    for _ in range(4):
        walk.page.fill("#id_code", "000000")
        walk.click("Sign in")
    walk.seen("second-factor-wrong")
    assert walk.report.problems == []
    walk.page.fill("#id_code", "000000")
    walk.click("Sign in")
    walk.page.get_by_text("Too many failed attempts").wait_for()
    walk.seen("locked")
    assert [problem for problem in walk.report.problems if "429" not in problem] == []
