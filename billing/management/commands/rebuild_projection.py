"""Make the typed rows again from the stored snapshots."""

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.projection.rebuild import rebuild_projection


class Command(BaseCommand):
    help = "Project every stored Stripe snapshot into the typed tables again. Safe beside running workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        done: Counter[str] = Counter()
        for object_type, count in rebuild_projection():
            done[object_type] += count
            if not options["json"]:
                self.stdout.write(f"\r{object_type}: {done[object_type]}", ending="")
        if options["json"]:
            self.stdout.write(json.dumps(dict(done)))
        else:
            self.stdout.write(f"\n{done.total()} objects projected.")
