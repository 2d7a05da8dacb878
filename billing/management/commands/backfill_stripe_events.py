"""Fetch the events that no webhook brought."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.gateway.errors import StripeFault
from billing.inbox.backfill import backfill
from billing.jobs import AlreadyRunning


class Command(BaseCommand):
    help = (
        "Store the events of Stripe's list (30 days) that no webhook brought, from where the last run came to. Killed, "
        "it goes on at its page. Workers process what is stored. Exit status 1: Stripe did not answer; run it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_moment, help="look from this time on (ISO 8601, UTC)")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *, since: datetime | None, **options: Any) -> None:
        try:
            done = backfill(since=since)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        except StripeFault as fault:
            raise CommandError(f"Stripe did not answer: {fault.message} Run it again; it goes on there.") from fault
        if options["json"]:
            self.stdout.write(json.dumps(done.as_json()))
            return
        self.stdout.write(f"{done.listed} events listed, {done.new} were missing.")
        if done.gap_from:
            gone_from = f"{done.gap_from:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(f"Those from {gone_from} up to 30 days ago are gone at Stripe: run `reconcile --full`.")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
