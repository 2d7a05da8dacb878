"""Have events processed again, by filter; or give them up."""

import json
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from audit.actor import SYSTEM
from billing.inbox.dry_run import Forecast, forecast
from billing.models import WebhookEvent
from billing.models.webhook_event import EventStatus
from billing.services.errors import Cannot
from billing.services.replays import MOST, CannotReplay, discard, replay_all

REPLAYABLE = [str(one) for one in EventStatus if one not in (EventStatus.PROCESSED, EventStatus.PROCESSING)]
SHOWN_CHANGES = 200


class Command(BaseCommand):
    help = (
        "Make events due again (dead ones by default), by filter. With --dry-run: what processing them would change, "
        "field by field; nothing is written. With --discard: give them up instead. Exit status 1: nothing was found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("events", nargs="*", metavar="EVT_ID", help="these events alone")
        parser.add_argument("--status", choices=REPLAYABLE, action="append", help="default: dead")
        parser.add_argument("--type", help="of this type; a prefix where it ends with *")
        parser.add_argument("--object", help="about this object")
        parser.add_argument("--since", type=_moment, help="received at or after this time (ISO 8601, UTC)")
        parser.add_argument("--until", type=_moment, help="received before this time")
        parser.add_argument("--limit", type=int, default=MOST, help="at most so many, oldest first (10000, the most)")
        parser.add_argument("--reason", default="", help="why; it stands in the log")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        parser.add_argument("--discard", action="store_true", help="give them up instead")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *, dry_run: bool, reason: str, json: bool, **options: Any) -> None:
        events = list(_chosen(options))
        if not events:
            raise CommandError("No event fits.")
        if dry_run:
            self._show(forecast(events), json)
            return
        if not reason.strip():
            raise CommandError("Say why with --reason; it stands in the log.")
        if options["discard"]:
            self._tell({"discarded": _discard_all(events, reason)}, json)
            return
        self._tell(_replay_all(events, options, reason), json)

    def _tell(self, counts: dict[str, Any], as_json: bool) -> None:
        words = json.dumps(counts) if as_json else ", ".join(f"{name}: {count}" for name, count in counts.items())
        self.stdout.write(words)

    def _show(self, told: Forecast, as_json: bool) -> None:
        counts = {
            "events": dict(Counter(told.verdicts.values())),
            "changes": len(told.changes),
            "effects": dict(Counter(kind for kind, _ in told.effects)),
            "known_effects": len(told.known_effects),
            "stripe_calls": told.stripe_calls,
        }
        if as_json:
            shown = [[one.model, one.row, one.field, str(one.before), str(one.after)] for one in told.changes]
            self.stdout.write(json.dumps({**counts, "fields": shown}))
            return
        for one in told.changes[:SHOWN_CHANGES]:
            self.stdout.write(f"{one.model} {one.row} {one.field}: {one.before} -> {one.after}")
        self._tell(counts, as_json=False)


def _chosen(options: dict[str, Any]) -> QuerySet[WebhookEvent]:
    rows = WebhookEvent.objects.order_by("stripe_created_at", "id")
    if options["events"]:
        return rows.filter(stripe_event_id__in=options["events"])
    rows = rows.filter(status__in=options["status"] or [str(EventStatus.DEAD)])
    if kind := options["type"]:
        rows = rows.filter(event_type__startswith=kind[:-1]) if kind.endswith("*") else rows.filter(event_type=kind)
    if options["object"]:
        rows = rows.filter(object_id=options["object"])
    if options["since"]:
        rows = rows.filter(received_at__gte=options["since"])
    if options["until"]:
        rows = rows.filter(received_at__lt=options["until"])
    return rows[: options["limit"]]


def _replay_all(events: list[WebhookEvent], options: dict[str, Any], reason: str) -> dict[str, Any]:
    try:
        done = replay_all(ids=[event.pk for event in events], chosen=_words(options), reason=reason, by=SYSTEM)
    except CannotReplay as refusal:
        raise CommandError(refusal.detail) from refusal
    return {"replay": done.pk, "due": done.events_count, "done_already": len(events) - done.events_count}


def _words(options: dict[str, Any]) -> str:
    """How the events were chosen: "status dead, type invoice.*"."""
    if options["events"]:
        return "named one by one"
    states = ", ".join(options["status"] or [EventStatus.DEAD])
    given = [f"{name} {options[name]}" for name in ("type", "object", "since", "until") if options[name]]
    return ", ".join([f"state {states}", *given])


def _discard_all(events: list[WebhookEvent], reason: str) -> int:
    done = 0
    for event in events:
        try:
            discard(event=event, reason=reason, by=SYSTEM)
        except Cannot as refusal:
            raise CommandError(f"{event}: {refusal.detail} {done} were discarded before it.") from refusal
        done += 1
    return done


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
