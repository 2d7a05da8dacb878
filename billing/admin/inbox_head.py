"""How the inbox does, above its list: what came in the last hour, what waits, and what may be done."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from billing.admin.base import list_address
from billing.admin.event_verbs import REPLAY
from billing.admin.list_heads import ListHead
from billing.admin.sections import Verb
from billing.admin.send_test import TITLE
from billing.models import DeadLetter, WebhookEvent
from billing.queries import inbox
from billing.templatetags.formats import percent_text, span_text
from billing.templatetags.parts import NOTHING, number_part
from billing.templatetags.spark import columns_part
from billing.templatetags.viewer import Viewer

REFRESH_SECONDS = 10
MANY = frozenset({"dead", "retrying", "quarantined", "ignored"})
"""The views whose events can be processed again, all at once."""


def inbox_head(request: HttpRequest, viewer: Viewer) -> ListHead:
    """The list looks again by itself where its newest rows are shown."""
    waiting, hour = inbox.waiting(viewer.now), inbox.last_hour(viewer.now)
    address = list_address(WebhookEvent)
    rate = hour.success_rate
    line: list[tuple[str, object]] = [
        (
            "Received in the last hour",
            format_html("{} {}", number_part(hour.received, viewer), columns_part(hour.by_minute)),
        ),
        ("Of these processed", NOTHING if rate is None else percent_text(rate, viewer.locale)),
        ("Oldest due", span_text(waiting.oldest_due_seconds) if waiting.oldest_due_seconds else "nothing is due"),
        ("Retrying", number_part(waiting.retrying, viewer, href=f"{address}?view=retrying")),
        ("Dead", number_part(waiting.dead, viewer, href=list_address(DeadLetter))),
        ("Quarantined", number_part(waiting.quarantined, viewer, href=f"{address}?view=quarantined")),
    ]
    newest = not request.GET.get("at")
    return ListHead(_verbs(request, viewer), line, REFRESH_SECONDS if newest else 0)


def _verbs(request: HttpRequest, viewer: Viewer) -> list[Verb]:
    if not viewer.may(REPLAY):
        return []
    verbs = [Verb(TITLE, reverse("admin:billing_webhookevent_send_test"))]
    if request.GET.get("view") in MANY or request.GET.get("replay"):
        many = f"{reverse('admin:billing_webhookevent_replay_many')}?{request.GET.urlencode()}"
        verbs.insert(0, Verb("Process all of these again", many))
    return verbs
