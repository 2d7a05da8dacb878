"""Make the typed rows again from the stored snapshots."""

import json
from argparse import ArgumentParser
from collections import Counter
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from billing.jobs import AlreadyRunning
from billing.projection.rebuild import count_of_objects, rebuild_projection


class Command(BaseCommand):
    help = (
        "Project every stored Stripe snapshot into the typed tables again. Safe beside running workers. Killed, it is "
        "started again and goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="begin anew where a run was broken off")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *, restart: bool, json: bool, **options: Any) -> None:
        began = monotonic()
        try:
            done = _rebuild(restart=restart, quiet=json)
        except AlreadyRunning as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_as_json(done) if json else _in_words(done, monotonic() - began))


def _rebuild(*, restart: bool, quiet: bool) -> Counter[str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=quiet)) as shown:
        bar = shown.add_task("Objects", total=count_of_objects())
        return rebuild_projection(
            restart=restart, progress=lambda done: shown.update(bar, completed=done.total(), description=_noun(done))
        )


def _noun(done: Counter[str]) -> str:
    """The one that it is at: counts come in the order of the work."""
    return list(done)[-1]


def _as_json(done: Counter[str]) -> str:
    return json.dumps(dict(done))


def _in_words(done: Counter[str], seconds: float) -> str:
    lines = [f"{object_type}: {count}" for object_type, count in done.items()]
    return "\n".join([*lines, f"{done.total()} objects projected in {seconds:.1f} s."])
