"""Who reads a page: zone, language, rights and the moment of reading, passed to every part."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Viewer:
    """`zone` is the reader's own; `now` the one moment that all of a page is computed for (UTC). `answers` keeps
    what several blocks of one page ask for."""

    zone: ZoneInfo
    locale: str
    now: datetime
    user: Any = None
    answers: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """The answer, asked for at most once a page."""
        if question not in self.answers:
            self.answers[question] = ask()
        answer: Answer = self.answers[question]
        return answer

    def may(self, permission: str) -> bool:
        return permission == "" or (self.user is not None and self.user.has_perm(permission))

    def link(self, model: str, key: object, text: object) -> SafeString:
        """The text as a link to the object's page, e.g. ("billing.invoice", "in_1", …); plain text for readers
        who may not see that page, and where there is no key."""
        app, name = model.split(".")
        if not key or not self.may(f"{app}.view_{name}"):
            return format_html("{}", text)
        return format_html('<a href="{}">{}</a>', reverse(f"admin:{app}_{name}_change", args=[key]), text)


def viewer_of(request: HttpRequest) -> Viewer:
    """The reader of this request, the same object for all of it: a page has one moment."""
    viewer: Viewer | None = getattr(request, "_viewer", None)
    if viewer is None:
        user = getattr(request, "user", None)
        viewer = Viewer(zone_named(getattr(user, "time_zone", "UTC")), locale(), timezone.now(), user)
        request._viewer = viewer  # type: ignore[attr-defined]
    return viewer


def anonymous() -> Viewer:
    return Viewer(ZoneInfo("UTC"), locale(), datetime.now(UTC))


def locale() -> str:
    return to_locale(get_language() or "en")


def zone_named(name: str) -> ZoneInfo:
    """The zone; UTC for a name that this machine's zone table does not know."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo("UTC")
