"""One pass of the inbox, by hand (S1.24)."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.inbox.process import process_due


class Command(BaseCommand):
    help = "Process all events that are due. Exit status: 0 all succeeded, 2 some failed, 1 the job itself failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--limit", type=int, help="stop after about this many events")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = process_due(limit=options["limit"])
        counts = {"processed": tally.processed, "succeeded": tally.succeeded, "failed": tally.failed}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
        if tally.failed:
            sys.exit(2)
