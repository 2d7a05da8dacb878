"""Replays of many events: who asked, how far it came, and what failed again."""

from typing import Any

from django.db.models import Count, QuerySet

from billing.admin.base import KeysetAdmin, list_address
from billing.admin.columns import Column, make_table
from billing.admin.moments import names_of
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Rows, Section
from billing.admin.webhook_events import COLUMNS as EVENTS
from billing.admin.webhook_events import WebhookEventAdmin
from billing.models import Replay, WebhookEvent
from billing.models.webhook_event import OPEN, EventStatus
from billing.templatetags.parts import number_part, time_part
from billing.templatetags.viewer import Viewer

REFRESH_SECONDS = 10
SHOWN = 50
AGAIN = (EventStatus.FAILED, EventStatus.DEAD, EventStatus.QUARANTINED)


def asker(row: Replay) -> str:
    names = names_of({(row.asked_by_kind, row.asked_by_id)})
    return names[row.asked_by_kind, row.asked_by_id]


@page(Replay)
class ReplayAdmin(KeysetAdmin):
    key_field = "pk"
    order = ("-asked_at", "-id")
    empty_words = "No events were processed again together."
    columns = (
        Column("Replay", lambda row, viewer: viewer.link("billing.replay", row.pk, row)),
        Column("Chosen", lambda row, viewer: row.chosen, narrow="end"),
        Column("Asked", lambda row, viewer: time_part(row.asked_at, viewer), narrow="own"),
        Column("Events", lambda row, viewer: number_part(row.events_count, viewer), number=True),
        Column("Reason", lambda row, viewer: row.reason),
    )

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        states = _states(obj)
        waits = sum(states.get(one, 0) for one in OPEN if one != EventStatus.FAILED)
        failed = sum(states.get(one, 0) for one in AGAIN)
        return Heading(
            f"{obj} · {obj.chosen}",
            line=[
                ("Asked", time_part(obj.asked_at, viewer)),
                ("Events", number_part(obj.events_count, viewer, href=list_address(WebhookEvent, replay=obj.pk))),
                ("Done", number_part(states.get("processed", 0) + states.get("ignored", 0), viewer)),
                ("Waiting", number_part(waits, viewer)),
                ("Retrying", _linked(obj, states.get("failed", 0), "retrying", viewer)),
                ("Dead again", _linked(obj, states.get("dead", 0), "dead", viewer)),
            ],
            notices=_notices(obj, states, waits, failed),
            refresh_seconds=REFRESH_SECONDS if waits else 0,
        )

    def sections(self, obj: Replay, viewer: Viewer) -> list[Section]:
        rows = list(_failed(obj)[:SHOWN])
        WebhookEventAdmin.attach(self, rows, viewer)
        table = make_table("Failed again", EVENTS, rows, viewer)
        facts: list[tuple[str, object]] = [("Asked by", asker(obj)), ("Reason", obj.reason), ("Chosen", obj.chosen)]
        return [Facts("Details", facts), Rows("Failed again", table, "None of them failed again.")]


def _linked(replay: Replay, count: int, view: str, viewer: Viewer) -> object:
    return number_part(count, viewer, href=list_address(WebhookEvent, replay=replay.pk, view=view) if count else "")


def _states(replay: Replay) -> dict[str, int]:
    counted = WebhookEvent.objects.filter(replay=replay).order_by().values_list("status").annotate(Count("id"))
    return dict(counted)


def _failed(replay: Replay) -> QuerySet[WebhookEvent]:
    rows = WebhookEvent.objects.filter(replay=replay, status__in=AGAIN)
    return rows.defer("payload").order_by("-id")


def _notices(replay: Replay, states: dict[str, int], waits: int, failed: int) -> list[Notice]:
    if sum(states.values()) < replay.events_count:
        return [Notice("info", "Some of them were part of a later replay and are counted there.")]
    if waits:
        return [Notice("info", "Workers are at it.")]
    return [] if failed else [Notice("good", "All of them are processed.")]
