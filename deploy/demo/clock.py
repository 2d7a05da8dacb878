"""The sandbox's controls that the demo uses (docs/sandbox.md). Plain HTTP: the product knows nothing of them."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from django.conf import settings


def control(name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """GET, or POST of JSON, to `/_sandbox/<name>`."""
    request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
        f"{settings.STRIPE_API_BASE}/_sandbox/{name}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise ClockError(f"/_sandbox/{name}: {error.read().decode()}") from error


class ClockError(RuntimeError):
    """The sandbox refused a control."""


def now() -> datetime:
    return datetime.fromtimestamp(control("clock")["now"], tz=UTC)


def live_to(moment: datetime) -> None:
    """Everything that is due until then happens, in order, at its time."""
    if moment > now():
        control("clock", {"now": int(moment.timestamp())})


def begin_at(moment: datetime) -> None:
    """Empty the sandbox and set its clock back; its webhook endpoints are made anew with our secret."""
    urls = [endpoint["url"] for endpoint in _endpoints()]
    control("reset", {"clock": int(moment.timestamp())})
    for url in urls:
        control("endpoints", {"url": url, "secret": settings.STRIPE_WEBHOOK_SECRETS[0]})


def follow_the_wall() -> None:
    control("clock", {"now": int(datetime.now(tz=UTC).timestamp())})
    control("clock", {"follow_wall": True})


def _endpoints() -> list[dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
        f"{settings.STRIPE_API_BASE}/v1/webhook_endpoints?limit=100",
        headers={"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)["data"]
        return found
