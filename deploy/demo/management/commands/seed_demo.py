"""Make the demo company."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from deploy.demo.access import give_access
from deploy.demo.live import HISTORY, live
from deploy.demo.names import MOST
from deploy.demo.post import ByHand, Webhooks


class Command(BaseCommand):
    help = (
        "Live the demo company through the sandbox: catalog, customers, 18 months of subscriptions, usage, staff. "
        "The last line of output is JSON with its logins and keys. Refused against Stripe itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--companies", type=int, default=120, help=f"how many customers (at most {MOST})")
        parser.add_argument("--days", type=int, default=HISTORY.days, help="how many days of history")
        parser.add_argument(
            "--by-hand", action="store_true", help="process events in this command, without web and worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_stripe_itself():
            raise CommandError("The demo company is for the sandbox; STRIPE_API_BASE is Stripe itself.")
        if not 1 <= options["companies"] <= MOST or options["days"] < 1:
            raise CommandError(f"Write 1 to {MOST} for --companies and at least 1 for --days.")
        now = datetime.now(tz=UTC).replace(microsecond=0)
        history = timedelta(days=options["days"])
        with _progress() as progress:
            bar = progress.add_task("Demo company", total=history.total_seconds())

            def report(at: datetime) -> None:
                done = (at - (now - history)).total_seconds()
                progress.update(bar, completed=done, description=f"Demo company, {at:%B %Y}")

            first = live(
                companies=options["companies"],
                now=now,
                post=ByHand() if options["by_hand"] else Webhooks(),
                report=report,
                history=history,
            )
        self.stdout.write(json.dumps(give_access(first)))


def is_stripe_itself() -> bool:
    """However the address is spelt, or where the key is a live one: the demo empties what it talks to."""
    host = (urlsplit(settings.STRIPE_API_BASE).hostname or "").rstrip(".")
    return settings.STRIPE_LIVE_MODE or host == "stripe.com" or host.endswith(".stripe.com")


def _progress() -> Progress:
    """On stderr: stdout is for the JSON."""
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
