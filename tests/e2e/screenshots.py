"""Walk through the staff's site with a browser: every page, light and dark, wide and narrow, to look at.

    python -m tests.e2e.screenshots --url http://localhost:8000 --credentials var/credentials.json

Pictures go to var/screenshots. What no picture shows is reported: errors on the console, violations of the
Content-Security-Policy, requests that failed, pages that scroll sideways, headings that are missing.
"""

import argparse
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

WIDTHS = {1440: 900, 375: 812}
THEMES = ("light", "dark")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FIRST_ROW = "main table tbody th a"
VIEWS = "nav[aria-label=Views] a"
REPLAY_MANY = "/admin/billing/webhookevent/replay-many/?view=dead"
VERBS = ".ch-verbs a:not([href$='csv/'])"  # a download is no page
SIDEBAR = "nav[aria-label=Main] a"
ACCOUNT = ("/admin/account/", "/admin/account/app/add/", "/admin/account/sessions/", "/admin/account/confirm/")
PLAIN = ("/admin/search/?s=acme", "/admin/search/", "/admin/password_change/", "/admin/billing/user/add/", *ACCOUNT)


@dataclass
class Report:
    """What was seen beside the pictures; `problems` is empty where all is well."""

    pages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def browser_path() -> str:
    """A Chromium that the machine has; "" lets the driver use its own."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


def walk(url: str, email: str, password: str, folder: Path, *, themes: tuple[str, ...] = THEMES) -> Report:
    """Sign in and take a picture of every page that the signed-in person is led to."""
    folder.mkdir(parents=True, exist_ok=True)
    report = Report()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path() or None, args=FLAGS)
        signed_in = _sign_in(browser, url, email, password, folder, report)
        found = list(_discover(browser, signed_in, url))
        report.pages = [urlsplit(address).path for address in found]
        for theme in themes:
            for width in WIDTHS:
                _take(browser, signed_in, found, theme, width, folder, report)
        _menus(browser, signed_in, url, folder)
        _previews(browser, signed_in, found, folder, report)
        _forecasts(browser, signed_in, url, folder, report)
        browser.close()
    return report


def _context(browser: Browser, theme: str, width: int, state: Path | None) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if theme == "dark" else "light",
        storage_state=state,
        reduced_motion="reduce",
    )


def _sign_in(browser: Browser, url: str, email: str, password: str, folder: Path, report: Report) -> Path:
    state = folder / "signed-in.json"
    for theme in THEMES:
        for width in WIDTHS:
            context = _context(browser, theme, width, None)
            page = context.new_page()
            _watch(page, report)
            page.goto(f"{url}/admin/login/?next=/admin/")
            page.screenshot(path=folder / f"sign-in-{theme}-{width}.png", full_page=True)
            page.fill("#id_username", email)
            page.fill("#id_password", password)
            page.click("button[type=submit]")
            page.wait_for_url(f"{url}/admin/")
            context.storage_state(path=state)
            context.close()
    return state


def _discover(browser: Browser, state: Path, url: str) -> Iterator[str]:
    """Home, each list of the sidebar with its views, the first object of each, and the object's verbs."""
    context = _context(browser, "light", 1440, state)
    page = context.new_page()
    page.goto(f"{url}/admin/")
    lists = list(dict.fromkeys(_links(page, SIDEBAR)))
    yield from dict.fromkeys([f"{url}/admin/", *lists])
    for address in lists:
        page.goto(address)
        yield from _links(page, VIEWS)[1:]
        yield from _links(page, VERBS)
        row = _first_object(page, address)
        if row:
            yield row
            page.goto(row)
            yield from _links(page, VERBS)
    yield from (f"{url}{path}" for path in PLAIN)
    yield f"{url}/admin/billing/invoice/?q=no-such-invoice"
    yield f"{url}{REPLAY_MANY}"
    context.close()


def _first_object(page: Page, address: str) -> str:
    """The first row of the list; of the first view that has one where the default is empty."""
    for view in [address, *_links(page, VIEWS)]:
        page.goto(view)
        rows = _links(page, FIRST_ROW)
        if rows and "/change/" in rows[0]:
            return rows[0]
    return ""


def _links(page: Page, selector: str) -> list[str]:
    hrefs: list[str] = page.eval_on_selector_all(selector, "found => found.map(each => each.href)")
    return hrefs


def _take(
    browser: Browser, state: Path, pages: list[str], theme: str, width: int, folder: Path, report: Report
) -> None:
    context = _context(browser, theme, width, state)
    page = context.new_page()
    _watch(page, report)
    for address in pages:
        page.goto(address, wait_until="load")
        _check(page, f"{address} {theme} {width}", report)
        page.screenshot(path=folder / f"{_slug(address)}-{theme}-{width}.png", full_page=True)
    context.close()


def _menus(browser: Browser, state: Path, url: str, folder: Path) -> None:
    """What only shows when it is used: focus after Tab, the user's menu, the menu of narrow screens."""
    for theme in THEMES:
        for width in WIDTHS:
            context = _context(browser, theme, width, state)
            page = context.new_page()
            page.goto(f"{url}/admin/billing/organization/")
            page.keyboard.press("Tab")
            page.screenshot(path=folder / f"focus-skip-{theme}-{width}.png")
            page.locator(VIEWS).first.focus()
            page.keyboard.press("Tab")
            page.screenshot(path=folder / f"focus-{theme}-{width}.png")
            if width < 1024:
                page.click("#menu > summary")
            page.click(".ch-user > summary")
            page.screenshot(path=folder / f"menu-{theme}-{width}.png")
            context.close()


def _previews(browser: Browser, state: Path, pages: list[str], folder: Path, report: Report) -> None:
    """The change of a plan with Stripe's figures, and what it says without a reason. Nothing is changed."""
    address = next((page for page in pages if page.endswith("/change-plan/")), "")
    for theme in THEMES if address else ():
        for width in WIDTHS:
            context = _context(browser, theme, width, state)
            page = context.new_page()
            page.goto(address)
            page.locator("input[name=plan]:not(:checked)").last.check()
            with page.expect_navigation():
                page.click("button[value=preview]")
            _check(page, f"{address} preview {theme} {width}", report)
            page.screenshot(path=folder / f"change-plan-preview-{theme}-{width}.png", full_page=True)
            with page.expect_navigation():
                page.click("button[value=do]")
            _check(page, f"{address} without a reason {theme} {width}", report)
            page.screenshot(path=folder / f"change-plan-errors-{theme}-{width}.png", full_page=True)
            context.close()


def _forecasts(browser: Browser, state: Path, url: str, folder: Path, report: Report) -> None:
    """What a replay of many would change: worked out and taken back."""
    for theme in THEMES:
        for width in WIDTHS:
            context = _context(browser, theme, width, state)
            page = context.new_page()
            page.goto(f"{url}{REPLAY_MANY}")
            show = page.get_by_role("button", name="Show what would change")
            if show.count():
                with page.expect_navigation():
                    show.click()
                _check(page, f"{REPLAY_MANY} forecast {theme} {width}", report)
                page.screenshot(path=folder / f"replay-many-forecast-{theme}-{width}.png", full_page=True)
            context.close()


def _watch(page: Page, report: Report) -> None:
    """Violations of the policy come as errors on the console."""
    page.on(
        "console",
        lambda message: (
            report.problems.append(f"console: {message.text} ({page.url})")
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: report.problems.append(f"script: {error} ({page.url})"))
    page.on(
        "response",
        lambda answer: report.problems.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )


def _check(page: Page, where: str, report: Report) -> None:
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        report.problems.append(f"scrolls sideways by {overflow} px: {where}")
    if page.locator("h1").count() != 1:
        report.problems.append(f"has {page.locator('h1').count()} main headings: {where}")
    unnamed = page.evaluate(UNNAMED)
    report.problems += [f"has no name: {each}: {where}" for each in unnamed]


UNNAMED = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea")]
    .filter(each => each.checkVisibility() && !(each.innerText || each.ariaLabel || each.labels?.length
        || each.getAttribute("aria-labelledby") || each.value && each.type === "submit"))
    .map(each => each.outerHTML.slice(0, 120))"""


def _slug(address: str) -> str:
    parts = urlsplit(address)
    name = f"{parts.path}-{parts.query}".lower().removeprefix("/admin/")
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-") or "home"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--url", required=True)
    options.add_argument("--credentials", type=Path, help="a file with staff.username and staff.password")
    options.add_argument("--email", default="")
    options.add_argument("--password", default="")
    options.add_argument("--folder", type=Path, default=Path("var/screenshots"))
    given = options.parse_args()
    if given.credentials:
        staff = json.loads(given.credentials.read_text(encoding="utf-8"))["staff"]
        given.email, given.password = staff["username"], staff["password"]
    report = walk(given.url, given.email, given.password, given.folder)
    lines = [f"{len(report.pages)} pages, pictures in {given.folder}", *dict.fromkeys(report.problems)]
    sys.stdout.write("\n".join(lines) + "\n")
    raise SystemExit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
