"""What browsers and caches are told with every answer: pages, API, errors, redirects and static files alike."""

from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.http import HttpRequest, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers

PRIVATE = "private, no-store"
"""Unless a view says otherwise: a route that forgets to say it must not leave a customer's figures in a cache."""

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
"""Wider on `/admin/` (billing.admin.content_security) and where a card is taken (billing.content_security)."""

# What no page of ours asks for. `publickey-credentials-*` is left to its default, our own pages: passkeys need it.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
}


class SecurityHeadersMiddleware(SecurityMiddleware):
    """The headers of Django's SecurityMiddleware, which stands further in and redirects to https: from outside, they
    reach its redirects and the answer to a wrong host too. And the rule for caches."""

    def process_request(self, request: HttpRequest) -> None:
        return None

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        _say_who_may_keep(request, response)
        return super().process_response(request, response)


def _say_who_may_keep(request: HttpRequest, response: HttpResponseBase) -> None:
    response.headers.setdefault("Cache-Control", PRIVATE)
    if "public" in response.headers["Cache-Control"]:
        _forget_the_cookie(response)
    elif request.path.startswith("/api/"):
        patch_vary_headers(response, ["Authorization", "Cookie", "X-Organization"])


def _forget_the_cookie(response: HttpResponseBase) -> None:
    """A public answer is the same for everybody, but that somebody asked who is signed in has put `Cookie` there."""
    vary = [name.strip() for name in response.headers.get("Vary", "").split(",")]
    kept = ", ".join(name for name in vary if name and name.lower() != "cookie")
    del response.headers["Vary"]
    if kept:
        response.headers["Vary"] = kept
