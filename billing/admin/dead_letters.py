"""Dead letters: events that were given up, as a queue of work."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from billing.admin.base import KeysetAdmin
from billing.admin.columns import Chip, Column
from billing.admin.event_parts import attempts_of, error_words, payload_of, type_words
from billing.admin.event_verbs import REPLAY, DiscardView, ReplayView, SnoozeView, TakeView
from billing.admin.registry import page
from billing.admin.sections import Facts, Heading, Notice, Section, Verb
from billing.admin.stripe_links import stripe_part
from billing.models import DeadLetter
from billing.models.dead_letter import LetterStatus
from billing.templatetags.parts import NOTHING, age_part, number_part, state_part, time_part
from billing.templatetags.states import letter_state
from billing.templatetags.viewer import Viewer


def letter_cell(row: DeadLetter, viewer: Viewer) -> object:
    return viewer.link("billing.deadletter", row.pk, row.event.event_type)


def owner_cell(row: DeadLetter, viewer: Viewer) -> object:
    return str(row.owner.name or row.owner.email) if row.owner else NOTHING


def _open(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=viewer.now), status=LetterStatus.OPEN)


def _mine(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status=LetterStatus.OPEN, owner=getattr(viewer.user, "pk", None))


def _snoozed(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows.filter(status=LetterStatus.OPEN, snoozed_until__gt=viewer.now)


def _closed(status: LetterStatus) -> Any:
    def narrow(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(status=status)

    return narrow


@page(DeadLetter)
class DeadLetterAdmin(KeysetAdmin):
    key_field = "event__stripe_event_id"
    list_title = "Dead letters"
    order = ("id",)
    search_hint = "evt_… id, or id of the object"
    empty_words = "No event was given up."
    columns = (
        Column("Event", letter_cell),
        Column("State", lambda row, viewer: state_part(letter_state(row, viewer.now)), narrow="head"),
        Column("Object", lambda row, viewer: row.event.object_id or NOTHING),
        Column("Why", lambda row, viewer: error_words(row)),
        Column("Attempts", lambda row, viewer: number_part(row.attempts, viewer), number=True),
        Column("Given up", lambda row, viewer: age_part(row.died_at, viewer), narrow="own"),
        Column("Owner", owner_cell, narrow="end"),
    )
    chips = (
        Chip("open", "Open", _open, (), "No event waits for a person."),
        Chip("mine", "Mine", _mine, (), "Nothing is yours."),
        Chip("snoozed", "Put off", _snoozed, (), "Nothing is put off."),
        Chip("replayed", "Replayed", _closed(LetterStatus.REPLAYED), ("-id",)),
        Chip("discarded", "Discarded", _closed(LetterStatus.DISCARDED), ("-id",)),
    )
    verb_views = {"replay": ReplayView, "discard": DiscardView, "take": TakeView, "snooze": SnoozeView}

    def list_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return super().list_rows(request).select_related("event", "owner").defer("event__payload")

    def objects(self, request: HttpRequest) -> QuerySet[Any]:
        return DeadLetter.objects.select_related("event", "owner").order_by("-id")

    def found(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        name = "stripe_event_id" if term.startswith("evt_") else "object_id"
        return rows.filter(**{f"event__{name}": term})

    def heading(self, obj: Any, viewer: Viewer) -> Heading:
        return Heading(
            type_words(obj.event),
            letter_state(obj, viewer.now),
            identifiers=[stripe_part(each) for each in (obj.event.stripe_event_id, obj.event.object_id) if each],
            line=[
                ("Given up", time_part(obj.died_at, viewer)),
                ("Attempts", number_part(obj.attempts, viewer)),
                ("Owner", owner_cell(obj, viewer)),
            ],
            notices=_notices(obj),
            verbs=_verbs(obj) if viewer.may(REPLAY) else [],
        )

    def sections(self, obj: DeadLetter, viewer: Viewer) -> list[Section]:
        return [_facts(obj, viewer), attempts_of(obj.event, viewer), payload_of(obj.event)]


def _notices(letter: DeadLetter) -> list[Notice]:
    if letter.status != LetterStatus.OPEN:
        return [Notice("info", f"{LetterStatus(letter.status).label}: {letter.close_reason}")]
    return [Notice("bad", f"Nobody tries it again by itself: {error_words(letter)}")]


def _verbs(letter: DeadLetter) -> list[Verb]:
    if letter.status != LetterStatus.OPEN:
        return []
    return [
        Verb("Process again", "../replay/", primary=True),
        Verb("Discard", "../discard/"),
        Verb("Take", "../take/"),
        Verb("Snooze", "../snooze/"),
    ]


def _facts(letter: DeadLetter, viewer: Viewer) -> Facts:
    return Facts(
        "Details",
        [
            ("Event", viewer.link("billing.webhookevent", letter.event_id, letter.event.stripe_event_id)),
            ("Kind of error", letter.error_code),
            ("Error", letter.error_message or NOTHING),
            ("Put off until", time_part(letter.snoozed_until, viewer)),
            ("Put off because", letter.snooze_reason or NOTHING),
            ("Ended", time_part(letter.closed_at, viewer)),
        ],
    )
