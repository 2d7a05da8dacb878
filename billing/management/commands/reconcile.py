"""Compare Stripe with what is here, and heal what is safe."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from audit.actor import SYSTEM
from billing.gateway.errors import StripeFault
from billing.models import ReconciliationRun
from billing.reconcile.asking import AlreadyRunning, CannotReconcile, ask, carry_out, unfinished
from billing.reconcile.report import report


class Command(BaseCommand):
    help = "Compare Stripe with what is here, field by field and both ways; heal what is safe. 0: done, 1: not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--full", action="store_true", help="compare all, not only what is new or not final")
        parser.add_argument("--nouns", nargs="+", default=[], help="only these object types, such as invoice")
        parser.add_argument("--since", type=parse_datetime, help="compare what was created since then")
        parser.add_argument("--resume", action="store_true", help="only go on with a run that stopped")
        parser.add_argument("--json", action="store_true", help="print the report as JSON, in the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        run = unfinished() if options["resume"] else self._asked(options)
        if run is None:
            raise CommandError("No run stopped on its way.")
        try:
            carry_out(run, by=SYSTEM, tell=self._tell)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        except StripeFault as fault:
            raise CommandError(f"Stripe: {fault.message} Go on with --resume.") from fault
        self.stdout.write(json.dumps(report(run)) if options["json"] else _words(run))

    def _asked(self, options: dict[str, Any]) -> ReconciliationRun:
        try:
            return ask(by=SYSTEM, full=options["full"], nouns=options["nouns"], since=options["since"])
        except CannotReconcile as error:
            raise CommandError(str(error)) from error

    def _tell(self, noun: str, checked: int) -> None:
        self.stderr.write(f"{noun}: {checked}")


def _words(run: ReconciliationRun) -> str:
    shown = report(run)
    return (
        f"{shown['checked']} objects compared, {shown['found']} differences found, {shown['healed']} healed,"
        f" {shown['discrepancies']} left; {shown['stripe_calls']} requests to Stripe."
    )
