"""The inbox takes over its newest rows by itself, keeps the reader's place, and stops when it is told to."""

from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect, sync_playwright

from billing.inbox.receive import receive
from tests.admin.scene import superuser
from tests.e2e.screenshots import FLAGS, browser_path
from tests.e2e.serving import served
from tests.inbox.webhooks import customer, encoded, event

PASSWORD = "correct horse battery staple"
A_LOOK = 10_000  # milliseconds, of the browser's own clock

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not browser_path(), reason="there is no Chromium on this machine"),
]


@pytest.fixture
def page(committing: str, settings: Any, tmp_path: Any) -> Iterator[Page]:
    """Signed in, at an empty inbox, with a clock that stands still."""
    settings.STATIC_ROOT = str(tmp_path)
    user = superuser()
    with served() as port, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path() or None, args=FLAGS)
        page = browser.new_page()
        page.clock.install()
        page.goto(f"http://127.0.0.1:{port}/admin/login/?next=/admin/billing/webhookevent/")
        page.fill("#id_username", user.email)
        page.fill("#id_password", PASSWORD)
        page.click("button[type=submit]")
        expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
        yield page
        browser.close()


def arrives(name: str) -> None:
    """In a thread of its own: the driver's event loop runs in this one, and Django's models refuse that."""

    def stored() -> None:
        with closing(connection):
            receive(encoded(event(name, about=customer("cus_1", name="Acme"))), now=timezone.now())

    thread = Thread(target=stored)
    thread.start()
    thread.join()


def test_new_rows_come_by_themselves_until_it_is_paused(page: Page) -> None:
    rows = page.locator("#list-rows tbody tr")
    search = page.get_by_label("Find in this list")
    search.fill("half a wo")
    arrives("evt_1")
    page.clock.run_for(A_LOOK)
    expect(rows).to_have_count(1)
    expect(page.locator("#head-line dd").first).to_have_text("1")
    expect(search).to_have_value("half a wo")
    expect(search).to_be_focused()

    page.get_by_role("button", name="Pause").click()
    arrives("evt_2")
    page.clock.run_for(3 * A_LOOK)
    expect(page.get_by_role("status").first).to_have_text("Paused.")
    expect(rows).to_have_count(1)

    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(A_LOOK)
    expect(rows).to_have_count(2)


def test_a_server_that_is_away_for_a_moment_is_asked_again(page: Page) -> None:
    page.route("**/webhookevent/", lambda route: route.abort())
    page.clock.run_for(A_LOOK)
    page.unroute("**/webhookevent/")
    arrives("evt_1")
    page.clock.run_for(A_LOOK)
    expect(page.locator("#list-rows tbody tr")).to_have_count(1)
