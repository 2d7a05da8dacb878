"""The sandbox's controls; imports nothing of the product, as an oracle must not."""

import json
from typing import Any
from urllib.request import Request, urlopen

KEY = "sk_test_0123456789abcdef01234567"


def ask(sandbox: str, path: str, body: dict[str, Any] | None = None, method: str = "") -> dict[str, Any]:
    """GET, POST of JSON where there is a body, or another method."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = Request(sandbox + path, data, headers, method=method or ("POST" if data else "GET"))  # noqa: S310
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - the sandbox on loopback
        told: dict[str, Any] = json.loads(answer.read() or b"{}")
        return told


def dump(sandbox: str) -> dict[str, list[dict[str, Any]]]:
    """Every object of the sandbox, by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    with urlopen(f"{sandbox}/_sandbox/dump", timeout=60) as answer:  # noqa: S310 - the sandbox on loopback
        for line in answer:
            one = json.loads(line)
            found.setdefault(str(one.get("object")), []).append(one)
    return found
