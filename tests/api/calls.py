"""How tests call the API, and what every error answer must look like."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Api:
    """Calls `/api/v1/<path>` with fixed headers; bodies are JSON unless they are text or bytes."""

    def __init__(self, secret: str = "", prefix: str = "/api/v1/", **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.prefix = prefix
        self.headers = {**({"Authorization": f"Bearer {secret}"} if secret else {}), **headers}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | str) else json.dumps({} if body is None else body)
        return self.client.generic(
            method, self.prefix + path, data, content_type="application/json", headers={**self.headers, **sent}
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(self.prefix + path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self("DELETE", path, None, **headers)


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer is a whole problem document, and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["code"] == code, document
    assert document["status"] == status
    assert document["type"] == f"urn:countinghouse:problem:{code}"
    assert document["title"]
    assert document["detail"]
    assert document["instance"].startswith("/api")
    assert document["request_id"] == response.headers.get("X-Request-ID", "")
    return document
