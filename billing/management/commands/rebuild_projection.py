"""Make the typed rows again from the stored snapshots."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from billing.jobs import AlreadyRunning
from billing.projection.rebuild import count_objects, rebuild_projection


class Command(BaseCommand):
    help = (
        "Project every stored Stripe snapshot into the typed tables again. Safe beside running workers. Killed, it "
        "goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--restart", action="store_true", help="begin anew, also where a run was broken off")

    def handle(self, *, restart: bool, **options: Any) -> None:
        done, began = Counter[str](), time.monotonic()
        try:
            with Progress(console=Console(stderr=True, quiet=options["json"])) as progress:
                bar = progress.add_task("Projecting", total=count_objects())
                for object_type, count in rebuild_projection(restart=restart):
                    done[object_type] += count
                    progress.update(bar, advance=count, description=object_type)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(dict(done)))
            return
        for object_type, count in done.items():
            self.stdout.write(f"{object_type}: {count}")
        rate = done.total() / max(time.monotonic() - began, 0.001)
        self.stdout.write(f"{done.total()} objects projected, {rate:,.0f} a second.")
