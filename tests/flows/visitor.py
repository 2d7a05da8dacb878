# ruff: noqa: S310 - the addresses are of our own processes
"""Somebody who uses an installation over HTTP: a customer's program with a key, or staff with a browser."""

import json
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any


class Visitor:
    """Keeps cookies; redirects are followed as a browser does."""

    def __init__(self, base: str, key: str = "") -> None:
        self.base, self.key, self.cookies = base, key, CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> tuple[int, str]:
        return self._send(urllib.request.Request(self.base + path))

    def read(self, path: str) -> Any:
        """The JSON of an answer of 200."""
        status, text = self.get(path)
        assert status == 200, text
        return json.loads(text)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(self.base + path, data=json.dumps(body).encode(), headers=headers)
        request.add_header("Content-Type", "application/json")
        status, text = self._send(request)
        return status, json.loads(text)

    def sign_in(self, email: str, password: str) -> None:
        """By the form of the admin."""
        self.get("/admin/login/")
        token = next(cookie.value for cookie in self.cookies if cookie.name == "csrftoken")
        form = {"username": email, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
        request = urllib.request.Request(self.base + "/admin/login/", data=urllib.parse.urlencode(form).encode())
        request.add_header("Referer", self.base + "/admin/login/")
        status, text = self._send(request)
        assert status == 200, text
        assert any(cookie.name == "sessionid" for cookie in self.cookies), "the admin did not let us in"

    def _send(self, request: urllib.request.Request) -> tuple[int, str]:
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
