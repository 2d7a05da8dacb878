"""Is the log what was written?"""

import json
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from audit.anchoring.form import CannotReadAnchor, anchored_heads
from audit.verification.keeping import verify_and_keep
from audit.verification.run import Outcome
from audit.verification.self_test import self_test

BROKEN, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    help = (
        "Read the whole log and name the first entry of each chain that is not as it was written. "
        "Exit status: 0 intact, 1 broken, 2 could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--chain", type=int, help="only this one: an organization's number, 0 the installation's")
        parser.add_argument("--anchor", type=Path, help="a signed anchor file; finds chains that were written anew")
        parser.add_argument("--public-key", default="", help="its key (base64); that of AUDIT_SIGNING_KEY by default")
        parser.add_argument("--processes", type=int, default=2, help="how many read at once (2)")
        parser.add_argument("--self-test", action="store_true", help="append a test entry and one that voids it first")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._verified(options)
        except (psycopg.Error, CannotReadAnchor) as error:
            raise CommandError(str(error), returncode=COULD_NOT_RUN) from error
        self.stdout.write(_as_json(outcome) if options["json"] else _in_words(outcome))
        if not outcome.intact:
            raise SystemExit(BROKEN)

    def _verified(self, options: dict[str, Any]) -> Outcome:
        anchor: Path | None = options["anchor"]
        heads = anchored_heads(anchor, public_key=options["public_key"]) if anchor else None
        if options["self_test"]:
            self_test()
        columns = (TextColumn("Entries"), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True, quiet=options["json"]), transient=True) as shown:
            bar = shown.add_task("")
            return verify_and_keep(
                chain=options["chain"],
                anchored=heads,
                against=anchor.name if anchor else "",
                processes=options["processes"],
                progress=lambda done, total: shown.update(bar, completed=done, total=total),
            )


def _as_json(outcome: Outcome) -> str:
    faults = [{"chain": fault.chain, "sequence": fault.sequence, "why": fault.why} for fault in outcome.faults]
    return json.dumps(
        {"intact": outcome.intact, "chains": outcome.chains, "entries": outcome.entries, "faults": faults}
    )


def _in_words(outcome: Outcome) -> str:
    lines = [f"chain {fault.chain}, entry {fault.sequence}: {fault.why}" for fault in outcome.faults]
    verdict = f"{outcome.entries} entries in {outcome.chains} chains: {'intact' if outcome.intact else 'BROKEN'}"
    return "\n".join([*lines, verdict])
