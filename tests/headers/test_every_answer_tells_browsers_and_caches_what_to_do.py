"""One walk over every kind of answer; each header is asserted on each."""

import re
from collections.abc import Callable

import pytest
from csp.constants import NONCE
from django.http import HttpResponse
from django.test import Client, RequestFactory

from billing.content_security import takes_a_card
from config import headers

Answers = dict[str, Callable[[], HttpResponse]]

EVERYWHERE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICT = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
ON_HTTP = {"redirect to https", "400 page before https"}
KEPT = {
    "static file": re.compile(r"max-age=\d+, public"),
    "API catalog": re.compile(r"public, max-age=300"),
    "API schema": re.compile(r"max-age=300, public|public, max-age=300"),
}


def policy(answer: HttpResponse) -> set[str]:
    """The directives, without the nonce of this answer."""
    return {re.sub(r" 'nonce-[\w+/=]{20,}'", "", each.strip()) for each in answer["Content-Security-Policy"].split(";")}


def test_every_answer(answers: Answers, expected_status: dict[str, int]) -> None:
    for kind, ask in answers.items():
        answer = ask()
        assert answer.status_code == expected_status.get(kind, 200), kind
        for name, value in EVERYWHERE.items():
            assert answer.headers.get(name) == value, (kind, name)
        assert "camera=()" in answer["Permissions-Policy"], kind
        assert "payment=()" in answer["Permissions-Policy"], kind
        assert "publickey-credentials" not in answer["Permissions-Policy"], kind
        hsts = "max-age=31536000; includeSubDomains"
        assert answer.headers.get("Strict-Transport-Security") == (None if kind in ON_HTTP else hsts), kind
        assert "Server" not in answer
        assert "X-Powered-By" not in answer


def test_the_content_policy_is_strict_but_for_what_unfold_needs(answers: Answers) -> None:
    for kind, ask in answers.items():
        answer = ask()
        found = policy(answer)
        if answer.request["PATH_INFO"].startswith("/admin/") and kind not in ON_HTTP:
            assert found == STRICT - {"script-src 'self'", "style-src 'self'"} | {
                "script-src 'self' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
            }, kind
        else:
            assert found == STRICT, kind
        assert "http" not in answer["Content-Security-Policy"], kind


def test_who_may_keep_an_answer(answers: Answers) -> None:
    for kind, ask in answers.items():
        answer = ask()
        kept = answer["Cache-Control"]
        if kind in KEPT:
            assert KEPT[kind].fullmatch(kept), (kind, kept)
            assert "cookie" not in answer.headers.get("Vary", "").lower(), kind
        elif kind == "API health":
            assert kept == "no-store"
        else:
            assert {"private", "no-store"} <= set(kept.split(", ")), (kind, kept)
            assert "public" not in kept, kind


def test_a_private_answer_names_what_it_depends_on(answers: Answers) -> None:
    for kind in ("API answer", "API answer under an alias", "API 401", "API 404"):
        vary = {name.strip() for name in answers[kind]()["Vary"].split(",")}
        assert {"Authorization", "Cookie", "X-Organization"} <= vary, kind


def test_the_inline_style_of_an_error_page_has_the_nonce_of_its_answer(answers: Answers) -> None:
    for kind in ("404 page", "400 page", "unauthorized page"):
        answer = answers[kind]()
        (given,) = re.findall(r'<style nonce="([^"]+)">', answer.content.decode())
        assert f"'nonce-{given}'" in answer["Content-Security-Policy"], kind
    assert given not in answers["404 page"]()["Content-Security-Policy"]


def test_no_error_page_shows_what_broke(answers: Answers) -> None:
    for kind in answers:
        if "page" in kind or "API" in kind:
            assert b"canary" not in answers[kind]().content
            assert b"Traceback" not in answers[kind]().content


def test_static_files_are_for_our_own_pages(answers: Answers) -> None:
    assert "Access-Control-Allow-Origin" not in answers["static file"]()


class TestSwitches:
    def test_without_a_content_policy_the_rest_stays(self, db: None, settings) -> None:
        settings.CONTENT_SECURITY_POLICY = None
        answer = Client().get("/nothing")
        assert "Content-Security-Policy" not in answer
        assert answer["X-Frame-Options"] == "DENY"

    def test_without_headers_caches_are_still_told(self, db: None, settings) -> None:
        settings.SECURE_REFERRER_POLICY = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY = None
        settings.SECURE_CONTENT_TYPE_NOSNIFF, settings.PERMISSIONS_POLICY = False, {}
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "clickjacking" not in name]
        answer = Client().get("/nothing")
        assert not {*EVERYWHERE, "Permissions-Policy", "Strict-Transport-Security"} & set(answer.headers)
        assert answer["Cache-Control"] == headers.PRIVATE


class TestAPageThatTakesACard:
    def directives(self) -> dict[str, str]:
        from csp.middleware import CSPMiddleware

        view = takes_a_card(lambda request: HttpResponse("card"))
        answer = CSPMiddleware(view)(RequestFactory().get("/billing/pay"))
        parts = [each.strip().partition(" ") for each in answer["Content-Security-Policy"].split(";")]
        return {name: value for name, _, value in parts}

    def test_may_ask_stripe_and_nobody_else(self) -> None:
        found = self.directives()
        assert found["script-src"].split() == ["'self'", "https://js.stripe.com"]
        assert found["connect-src"].split() == ["'self'", "https://api.stripe.com"]
        assert set(found["frame-src"].split()) == {"https://js.stripe.com", "https://hooks.stripe.com"}
        assert (found["object-src"], found["frame-ancestors"]) == ("'none'", "'none'")

    def test_changes_no_other(self, db: None) -> None:
        self.directives()
        assert "stripe" not in Client().get("/nothing")["Content-Security-Policy"]
        assert headers.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'", NONCE]


@pytest.mark.parametrize(
    ("before", "after"), [("Cookie", None), ("Accept, Cookie", "Accept"), ("cookie, Origin", "Origin"), ("", None)]
)
def test_a_public_answer_forgets_the_cookie(before: str, after: str | None) -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=1", **({"Vary": before} if before else {})})
    middleware = headers.SecurityHeadersMiddleware(lambda request: response)
    assert middleware(RequestFactory().get("/api/v1/meta/plans")).headers.get("Vary") == after
