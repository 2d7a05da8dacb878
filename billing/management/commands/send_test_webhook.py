"""Send ourselves a signed webhook and follow it to its end."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.inbox.sweep import sweep
from billing.inbox.trial import NobodyThere, NotDelivered, send_test_webhook, state_of
from billing.jobs import AlreadyRunning
from billing.models.webhook_event import OPEN

LOOK_EVERY_SECONDS = 0.2


class Command(BaseCommand):
    help = (
        "Send a signed test event to this installation's own webhook and wait until it is processed: shows signature, "
        "storage, worker and handler. Exit status 1 where it did not get through."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://localhost:8000", help="where the web server answers")
        parser.add_argument("--wait", type=float, default=30.0, metavar="SECONDS", help="for the worker (30)")
        parser.add_argument("--process", action="store_true", help="process it here instead of waiting for a worker")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *, url: str, wait: float, process: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            delivered = send_test_webhook(url=url, now=timezone.now())
        except NobodyThere as error:
            raise CommandError(f"{error}. --url names another address of the web server.") from error
        except NotDelivered as error:
            raise CommandError(str(error)) from error
        if process:
            _process()
        while (row := state_of(delivered)) is None or row.status in OPEN:
            if time.monotonic() - began > wait:
                status = row.status if row else "not stored in this database"
                raise CommandError(f"{delivered.event_id} is {status} after {wait:g} s. Is a worker running?")
            time.sleep(LOOK_EVERY_SECONDS)
        seconds = round(time.monotonic() - began, 2)
        told = {"event": delivered.event_id, "answer": delivered.answer, "status": row.status, "seconds": seconds}
        words = f"{delivered.event_id}: answered 200, {row.status} after {seconds} s"
        self.stdout.write(json.dumps(told) if options["json"] else words)
        if row.status != "processed":
            raise CommandError(f"It ended as {row.status}: {row.error_message}")


def _process() -> None:
    try:
        sweep()
    except AlreadyRunning:
        return  # then another pass takes it
