"""Snapshots, mirror and projection again from Stripe's API."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from billing.gateway.errors import StripeFault
from billing.jobs import AlreadyRunning
from billing.services.from_stripe.place import Place
from billing.services.from_stripe.rebuild import rebuild_from_stripe


class Command(BaseCommand):
    help = (
        "Read every object from Stripe again and bring snapshots, typed rows and mirror to it. Only reads at Stripe; "
        "safe beside running workers. Killed, it is started again and goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--restart", action="store_true", help="begin anew where a run was broken off")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *, restart: bool, json: bool, **options: Any) -> None:
        with Console(stderr=True, quiet=json).status("Asking Stripe") as status:
            try:
                counts = rebuild_from_stripe(restart=restart, progress=lambda place: status.update(how_far(place)))
            except AlreadyRunning as refusal:
                raise CommandError(str(refusal)) from refusal
            except StripeFault as fault:
                raise CommandError(f"{fault} Run it again: it goes on where it stopped.") from fault
        self.stdout.write(_as_json(counts) if json else _in_words(counts))


def how_far(place: Place) -> str:
    return f"{place.noun}: {place.done[place.noun]}, {place.done.total()} objects in all"


def _as_json(counts: dict[str, Any]) -> str:
    return json.dumps(counts)


def _in_words(counts: dict[str, Any]) -> str:
    lines = [f"{object_type}: {count}" for object_type, count in counts["done"].items() if count]
    gone = sum(counts["gone"].values())
    return "\n".join([*lines, f"{sum(counts['done'].values())} objects read, {gone} that Stripe has no more."])
