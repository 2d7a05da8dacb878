"""What the pages of events and of dead letters share."""

import json
import re
from typing import Any

from billing.admin.columns import Column, make_table
from billing.admin.sections import Rows, Source
from billing.models import DeadLetter, WebhookAttempt, WebhookEvent
from billing.templatetags.parts import NOTHING, age_part, time_part
from billing.templatetags.viewer import Viewer

SECRET_NAMES = re.compile(r"secret|password|token|fingerprint", re.IGNORECASE)
BLANKED = "[blanked]"
ATTEMPTS = 30
WORDS_OF_ERRORS = {
    "TooEarly": "Came before something that it needs",
    "WorkerLost": "The worker vanished while it processed it",
}
OUTCOMES = {"failed": "Failed", "lost": "Worker lost", "processed": "Processed", "ignored": "Ignored"}
COLUMNS = (
    Column("When", lambda row, viewer: time_part(row.at, viewer)),
    Column("Outcome", lambda row, viewer: OUTCOMES.get(row.outcome, row.outcome.capitalize()), narrow="own"),
    Column("Error", lambda row, viewer: error_words(row) or NOTHING),
    Column("Tried again", lambda row, viewer: age_part(row.next_retry_at, viewer) if row.next_retry_at else NOTHING),
)


def type_words(event: WebhookEvent) -> str:
    return f"{event.event_type} · {event.object_id}" if event.object_id else event.event_type


def error_words(row: WebhookEvent | WebhookAttempt | DeadLetter) -> str:
    """The reason in words, shortened to a line."""
    words = WORDS_OF_ERRORS.get(row.error_code, row.error_message)
    return words if len(words) <= 120 else f"{words[:119]}…"


def attempts_of(event: WebhookEvent, viewer: Viewer) -> Rows:
    rows = list(WebhookAttempt.objects.filter(event=event).order_by("-id")[:ATTEMPTS])
    empty = "It went through at the first try." if event.processed_at else "Nothing went wrong with it yet."
    return Rows("Attempts", make_table("Attempts, newest first", COLUMNS, rows, viewer), empty)


def payload_of(event: WebhookEvent) -> Source:
    return Source("Payload", "Show the event", blanked(event.payload))


def blanked(payload: str) -> str:
    """The payload, indented, without what opens doors (client secrets) or identifies cards."""
    try:
        return json.dumps(_blank(json.loads(payload)), indent=2, ensure_ascii=False)
    except ValueError:
        return "The payload is not JSON."


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: BLANKED if SECRET_NAMES.search(name) and isinstance(each, str) else _blank(each)
            for name, each in value.items()
        }
    return [_blank(each) for each in value] if isinstance(value, list) else value
