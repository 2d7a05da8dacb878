"""Fetch the events that no webhook brought, by hand."""

import json
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from rich.console import Console

from billing.gateway.errors import StripeFault
from billing.inbox.backfill import KEPT_BY_STRIPE, backfill
from billing.jobs import AlreadyRunning


class Command(BaseCommand):
    help = (
        "Store the events of Stripe's list that no webhook brought, from where it was last read. Runs by itself every "
        "15 minutes. Killed, it is started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="a date or time (UTC) to read from instead, at most 30 days ago")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *, since: str | None, json: bool, **options: Any) -> None:
        now = timezone.now()
        start = _moment(since, now) if since else None
        with Console(stderr=True, quiet=json).status("Asking Stripe") as status:
            try:
                counts = backfill(now=now, since=start, progress=lambda counts: status.update(_in_words(counts)))
            except AlreadyRunning as refusal:
                raise CommandError(str(refusal)) from refusal
            except StripeFault as fault:
                raise CommandError(f"{fault} Run it again: it goes on where it stopped.") from fault
        self.stdout.write(_as_json(counts) if json else f"{_in_words(counts)}.")


def _moment(text: str, now: datetime) -> datetime:
    """Raises CommandError for what is no time, or before what Stripe keeps."""
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"--since {text}: {error}") from error
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - made aware below
    if moment is None:
        raise CommandError(f"--since {text}: write 2026-03-01 or 2026-03-01T12:00:00Z.")
    aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=now.tzinfo)
    if aware < now - KEPT_BY_STRIPE - timedelta(days=1):
        raise CommandError("Stripe keeps events for 30 days. Older changes: manage.py rebuild_from_stripe.")
    return aware


def _in_words(counts: dict[str, int]) -> str:
    return f"{counts['read']} events read, {counts['new']} of them new"


def _as_json(counts: dict[str, int]) -> str:
    return json.dumps(counts)
