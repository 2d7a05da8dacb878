"""The inbox: what Stripe said, what became of it, and what it said word for word."""

import json
import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Chip, Column, Filter, all_rows, make_table
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Rows, Section, Source
from billing.admin.stripe_links import stripe_part
from billing.models import Organization, WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.templatetags.parts import NOTHING, age_part, number_part, state_part, time_part
from billing.templatetags.states import event_state
from billing.templatetags.viewer import Viewer

SECRET_NAMES = re.compile(r"secret|password|token|fingerprint", re.IGNORECASE)
BLANKED = "[blanked]"
NEIGHBOURS = 20


def type_cell(row: WebhookEvent, viewer: Viewer) -> object:
    return viewer.link("billing.webhookevent", row.pk, row.event_type)


def organization_cell(row: Any, viewer: Viewer) -> object:
    if row.organization is None:
        return NOTHING
    return viewer.link("billing.organization", row.organization_id, row.organization)


def next_try_cell(row: WebhookEvent, viewer: Viewer) -> object:
    waits = row.status in (EventStatus.RECEIVED, EventStatus.FAILED)
    return age_part(row.next_retry_at, viewer) if waits else NOTHING


def error_cell(row: WebhookEvent, viewer: Viewer) -> object:
    return error_words(row) or NOTHING


def error_words(row: WebhookEvent) -> str:
    """The reason in words, shortened to a line."""
    words = "Came before something that it needs" if row.error_code == "TooEarly" else row.error_message
    return words if len(words) <= 120 else f"{words[:119]}…"


def object_cell(row: WebhookEvent, viewer: Viewer) -> object:
    return format_html("<code>{}</code>", row.object_id) if row.object_id else NOTHING


def in_status(*statuses: str) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(status__in=statuses)

    return narrow


COLUMNS = (
    Column("Type", type_cell),
    Column("State", lambda row, viewer: state_part(event_state(row)), narrow="head"),
    Column("Organization", organization_cell, narrow="end"),
    Column("Object", object_cell),
    Column("Received", lambda row, viewer: time_part(row.received_at, viewer), narrow="own"),
    Column("Attempts", lambda row, viewer: number_part(row.retry_count, viewer), number=True),
    Column("Error", error_cell),
    Column("Next try", next_try_cell),
)
NEIGHBOUR_COLUMNS = (
    Column("Type", type_cell),
    Column("State", lambda row, viewer: state_part(event_state(row)), narrow="head"),
    Column("Happened", lambda row, viewer: time_part(row.stripe_created_at, viewer), narrow="own"),
)


@page(WebhookEvent)
class WebhookEventAdmin(KeysetAdmin):
    key_field = "stripe_event_id"
    list_title = "Inbox"
    order = ("-id",)
    search_hint = "evt_… id, or id of the object"
    empty_words = "No events here."
    columns = COLUMNS
    chips = (
        Chip("all", "All", all_rows),
        Chip("dead", "Dead", in_status("dead"), ("id",), "No dead events."),
        Chip("retrying", "Retrying", in_status("failed"), (), "No event is being retried."),
        Chip("waiting", "Received", in_status("received"), (), "No event is waiting."),
        Chip("quarantined", "Quarantined", in_status("quarantined"), (), "No event is quarantined."),
        Chip("ignored", "Ignored", in_status("ignored")),
        Chip("processed", "Processed", in_status("processed")),
    )
    filters = (Filter("type", "Type", "event_type"), Filter("object", "Object", "object_id"))

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).defer("payload")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(stripe_event_id=term) if term.startswith("evt_") else rows.filter(object_id=term)

    def attach(self, rows: list[Any], viewer: Viewer) -> None:
        owners = Organization.objects.in_bulk({row.organization_id for row in rows if row.organization_id})
        for row in rows:
            row.organization = owners.get(row.organization_id)

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        self.attach([obj], viewer)
        owner = obj.organization
        return Heading(
            f"{obj.event_type} · {obj.object_id}" if obj.object_id else obj.event_type,
            event_state(obj),
            whose=organization_cell(obj, viewer) if owner else "",
            identifiers=[stripe_part(each) for each in (obj.stripe_event_id, obj.object_id) if each],
            line=[
                ("Happened", time_part(obj.stripe_created_at, viewer)),
                ("Received", time_part(obj.received_at, viewer)),
                ("Attempts", number_part(obj.retry_count, viewer)),
                ("Next try", next_try_cell(obj, viewer)),
            ],
            notices=_notices(obj),
        )

    def sections(self, obj: WebhookEvent, viewer: Viewer) -> list[Section]:
        return [
            _facts(obj, viewer),
            _neighbours(obj, viewer),
            moments.of_object(obj.object_id, viewer),
            Source("Payload", "Show the event", blanked(obj.payload)),
        ]


def _notices(event: WebhookEvent) -> list[Notice]:
    if event.status == EventStatus.QUARANTINED:
        return [Notice("bad", "The event is of another account or mode than this installation and was not applied.")]
    if event.status == EventStatus.DEAD:
        return [Notice("bad", f"It was tried {event.retry_count} times and failed each time: {error_words(event)}")]
    if event.error_message:
        return [Notice("care", f"The last try failed: {error_words(event)}")]
    if event.superseded:
        text = "A newer event of the object had been applied before. Its facts were recorded, its snapshot was not."
        return [Notice("info", text)]
    return []


def _facts(event: WebhookEvent, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("API version", event.api_version or NOTHING),
            ("Mode", "Live" if event.livemode else "Test"),
            ("Finished", time_part(event.processed_at, viewer)),
            ("Kind of error", event.error_code or NOTHING),
        ],
    )


def _neighbours(event: WebhookEvent, viewer: Viewer) -> Rows:
    found = WebhookEvent.objects.filter(object_id=event.object_id).defer("payload").exclude(object_id="")
    rows = list(found.order_by("-stripe_created_at", "-id")[:NEIGHBOURS])
    table = make_table("Events of this object", NEIGHBOUR_COLUMNS, rows, viewer)
    more = list_address(WebhookEvent, object=event.object_id)
    return Rows("Events of this object", table, "The event is about no object.", more)


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
