"""One pass of the inbox, by hand (S1.24)."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.inbox.sweep import counts, sweep
from billing.jobs import AlreadyRunning


class Command(BaseCommand):
    help = "Process all events that are due. Exit status: 0 all succeeded, 2 some failed, 1 the job itself failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--limit", type=int, help="stop after about this many events")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = counts(sweep(limit=options["limit"]))
        except AlreadyRunning:
            done = {"processed": 0, "succeeded": 0, "failed": 0}
            self.stderr.write("Another pass is running; this one did nothing.")
        if options["json"]:
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items()))
        if done["failed"]:
            sys.exit(2)
