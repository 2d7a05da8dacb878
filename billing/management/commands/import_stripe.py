"""Take over an existing Stripe account."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from audit.actor import SYSTEM
from billing.gateway.errors import StripeFault
from billing.jobs import AlreadyRunning
from billing.services.errors import Cannot
from billing.services.importing.cut_over import cut_over
from billing.services.importing.shadow import import_shadow


class Command(BaseCommand):
    help = (
        "Read a whole Stripe account beside the system that leads now, without a write to Stripe, and report what "
        "differs (--shadow; exit status 2 where something does); then take over (--cut-over). Killed, the import is "
        "started again and goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        mode = parser.add_mutually_exclusive_group(required=True)
        mode.add_argument("--shadow", action="store_true", help="read everything and report; a read-only key does")
        mode.add_argument("--cut-over", action="store_true", help="take over, where the newest report is clean")
        parser.add_argument("--restart", action="store_true", help="begin anew where an import was broken off")
        parser.add_argument("--accept", default="", metavar="REASON", help="take over though the report is not clean")
        parser.add_argument("--register-webhook", default="", metavar="URL", help="make the endpoint at Stripe too")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *, shadow: bool, restart: bool, json: bool, **options: Any) -> None:
        try:
            if shadow:
                self._import(restart=restart, as_json=json)
            else:
                self._cut_over(options["accept"], options["register_webhook"], as_json=json)
        except (AlreadyRunning, Cannot) as refusal:
            raise CommandError(str(refusal)) from refusal
        except StripeFault as fault:
            raise CommandError(f"{fault} Run it again: it goes on where it stopped.") from fault

    def _import(self, *, restart: bool, as_json: bool) -> None:
        with Console(stderr=True, quiet=as_json).status("Asking Stripe") as status:
            report = import_shadow(now=timezone.now(), restart=restart, progress=status.update)
        self.stdout.write(json.dumps(report) if as_json else in_words(report))
        if not report["clean"]:
            raise SystemExit(2)

    def _cut_over(self, accept: str, webhook_url: str, *, as_json: bool) -> None:
        done = cut_over(accept=accept, webhook_url=webhook_url, by=SYSTEM)
        if as_json:
            self.stdout.write(json.dumps({"clean": done.report["clean"], "webhook_secret": done.secret}))
            return
        self.stdout.write("This installation leads now.")
        if done.secret:
            self.stdout.write(f"Add to the configuration, it is shown this once: STRIPE_WEBHOOK_SECRET={done.secret}")


def in_words(report: dict[str, Any]) -> str:
    lines = [
        f"{noun}: {one['there']} there, {one['here']} here"
        + (f", {one['of_no_customer']} of no customer" if one["of_no_customer"] else "")
        for noun, one in report["objects"].items()
        if one["there"]
    ]
    for noun, cells in report["amounts"].items():
        lines += [f"{noun} {cell}: {_sides(sides)}" for cell, sides in sorted(cells.items())]
    lines += [f"unexplained: {one['type']} {one['id']} {one['there']} {one['here']}" for one in report["unexplained"]]
    events = report["events"]
    lines.append(f"{events['stored']} events, {events['unprocessed']} of them failed or waiting.")
    lines.append(f"{report['histories']} subscriptions are older than the events: known by their state alone.")
    verdict = "Nothing differs." if report["clean"] else f"{report['unexplained_count']} objects are unexplained."
    return "\n".join([*lines, verdict])


def _sides(sides: dict[str, list[int]]) -> str:
    """Counts and sums, in minor units of the currency."""
    return "; ".join(f"{where.replace('_', ' ')} {count} of {total}" for where, (count, total) in sides.items())
