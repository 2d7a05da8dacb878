"""The inbox: what Stripe said, what became of it, and what it said word for word."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html

from billing.admin import moments
from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Chip, Column, Filter, all_rows, make_table
from billing.admin.event_parts import attempts_of, error_words, payload_of, type_words
from billing.admin.event_verbs import REPLAY, DiscardView, ReplayView
from billing.admin.inbox_head import REFRESH_SECONDS, inbox_head
from billing.admin.list_heads import ListHead
from billing.admin.registry import page
from billing.admin.replay_many import ReplayManyView
from billing.admin.sections import Facts, Heading, Notice, Rows, Section, Verb
from billing.admin.send_test import SendTestView
from billing.admin.stripe_links import stripe_part
from billing.models import Organization, WebhookEvent
from billing.models.webhook_event import OPEN, WAITING, EventStatus
from billing.templatetags.parts import NOTHING, age_part, number_part, state_part, time_part
from billing.templatetags.states import event_state
from billing.templatetags.viewer import Viewer

NEIGHBOURS = 20


def type_cell(row: WebhookEvent, viewer: Viewer) -> object:
    return viewer.link("billing.webhookevent", row.pk, row.event_type)


def organization_cell(row: Any, viewer: Viewer) -> object:
    if row.organization is None:
        return NOTHING
    return viewer.link("billing.organization", row.organization_id, row.organization)


def next_try_cell(row: WebhookEvent, viewer: Viewer) -> object:
    waits = row.status in WAITING
    return age_part(row.next_retry_at, viewer) if waits else NOTHING


def error_cell(row: WebhookEvent, viewer: Viewer) -> object:
    return error_words(row) or NOTHING


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
        Chip("processing", "Processing", in_status("processing"), (), "No event is being processed."),
        Chip("quarantined", "Quarantined", in_status("quarantined"), (), "No event is quarantined."),
        Chip("ignored", "Ignored", in_status("ignored")),
        Chip("processed", "Processed", in_status("processed")),
    )
    verb_views = {"replay": ReplayView, "discard": DiscardView}
    filters = (
        Filter("type", "Type", "event_type"),
        Filter("object", "Object", "object_id"),
        Filter("replay", "Replay", "replay_id"),
        Filter("state", "State", "status"),
    )

    def list_head(self, request: HttpRequest, viewer: Viewer) -> ListHead:
        return inbox_head(request, viewer)

    def get_urls(self) -> list[URLPattern]:
        send = self.admin_site.admin_view(SendTestView.as_view(model_admin=self))
        many = self.admin_site.admin_view(ReplayManyView.as_view(model_admin=self))
        own = [
            path("send-test/", send, name="billing_webhookevent_send_test"),
            path("replay-many/", many, name="billing_webhookevent_replay_many"),
        ]
        return [*own, *super().get_urls()]

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
            type_words(obj),
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
            refresh_seconds=REFRESH_SECONDS if obj.status in OPEN else 0,
            verbs=_verbs(obj) if viewer.may(REPLAY) else [],
        )

    def sections(self, obj: WebhookEvent, viewer: Viewer) -> list[Section]:
        return [
            _facts(obj, viewer),
            attempts_of(obj, viewer),
            _neighbours(obj, viewer),
            moments.of_object(obj.object_id, viewer),
            payload_of(obj),
        ]


def _notices(event: WebhookEvent) -> list[Notice]:
    if event.status == EventStatus.QUARANTINED:
        return [
            Notice(
                "bad",
                "The event is of another account, mode or API version than this installation and was not applied.",
            )
        ]
    if event.status == EventStatus.DEAD:
        return [Notice("bad", f"It was tried {event.retry_count} times and failed each time: {error_words(event)}")]
    if event.error_message:
        return [Notice("care", f"The last try failed: {error_words(event)}")]
    if event.superseded:
        text = "A newer event of the object had been applied before. Its facts were recorded, its snapshot was not."
        return [Notice("info", text)]
    return []


def _verbs(event: WebhookEvent) -> list[Verb]:
    if event.status in (EventStatus.PROCESSED, EventStatus.PROCESSING, EventStatus.RECEIVED):
        return []
    verbs = [Verb("Process again", "../replay/", primary=event.status == EventStatus.DEAD)]
    return verbs if event.status == EventStatus.IGNORED else [*verbs, Verb("Discard", "../discard/")]


def _facts(event: WebhookEvent, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("API version", event.api_version or NOTHING),
            ("Mode", "Live" if event.livemode else "Test"),
            ("Finished", time_part(event.processed_at, viewer)),
            ("Kind of error", event.error_code or NOTHING),
            ("Replayed with others", viewer.link("billing.replay", event.replay_id, f"Replay {event.replay_id}"))
            if event.replay_id
            else ("Replayed with others", NOTHING),
        ],
    )


def _neighbours(event: WebhookEvent, viewer: Viewer) -> Rows:
    found = WebhookEvent.objects.filter(object_id=event.object_id).defer("payload").exclude(object_id="")
    rows = list(found.order_by("-stripe_created_at", "-id")[:NEIGHBOURS])
    table = make_table("Events of this object", NEIGHBOUR_COLUMNS, rows, viewer)
    more = list_address(WebhookEvent, object=event.object_id)
    return Rows("Events of this object", table, "The event is about no object.", more)
