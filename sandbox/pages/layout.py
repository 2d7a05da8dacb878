"""The frame of every page, and the small parts that many of them have."""

from urllib.parse import quote

from sandbox.pages.html import Markup, join, tag
from sandbox.pages.replies import File, Page, Redirect, Reply
from sandbox.pages.style import POLICY, SHEET
from sandbox.protocol.wire import Response

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


_KEPT = "%/:?#[]@!$&'()*+,;=~-._"
"""What an address may consist of; all else is written as UTF-8 in percents."""
_NOTE = "Sandbox: no real money. Use test cards only, never a real one."


def response(reply: Reply) -> Response:
    if isinstance(reply, Redirect):
        return Response(
            303, b"", {**HEADERS, "Location": quote(reply.url, safe=_KEPT)}, content_type="text/html; charset=utf-8"
        )
    if isinstance(reply, File):
        headers = {**HEADERS, "Content-Disposition": f'inline; filename="{reply.name}"'}
        return Response(200, reply.body, headers, content_type=reply.content_type)
    body = render(reply).encode("utf-8", "replace")
    return Response(reply.status, body, {**HEADERS, **reply.headers}, content_type="text/html; charset=utf-8")


def render(page: Page) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{page.title} · {page.business}"),
        tag("style", Markup(SHEET)),
    )
    body = tag(
        "body",
        tag("a", "Skip to content", href="#main", class_="skip"),
        tag("p", _NOTE, class_="sandbox", role="note"),
        _top(page),
        tag("main", page.body, id="main"),
        tag("footer", "This page belongs to a stand-in for Stripe. Nothing here is charged to anyone."),
        class_="narrow" if page.narrow else None,
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en")


def _top(page: Page) -> Markup:
    initial = next((letter for letter in page.business if letter.isalnum()), "S").upper()
    brand = tag("div", tag("span", initial, aria_hidden="true"), page.business, class_="brand")
    link = tag("a", page.back[1], href=page.back[0]) if page.back else None
    return tag("header", brand, link, class_="top")


def simple(title: str, *words: object, status: int = 200, business: str = "Sandbox") -> Page:
    """A heading and a few sentences."""
    body = tag("div", tag("h1", title), *(tag("p", each) for each in words), class_="card")
    return Page(title, join(body), status, business, narrow=True)
