"""Compute the ledger afresh from the facts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from analytics.ledger.check import Outcome, check_all
from analytics.ledger.rebuild import Difference
from analytics.policies import POLICIES, UnknownPolicy, policy_named

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Compute the MRR ledger afresh from the recorded facts. By default adds what the ledger lacks, so that what "
        "it said before stays readable as known then. Exit status 1 where --check finds a difference."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="compare only, and print the differences")
        mode.add_argument(
            "--replace",
            action="store_true",
            help="write the ledger anew, as if each fact had been read when it was recorded",
        )
        parser.add_argument("--policy", help="one metric policy, e.g. stripe/v1; all by default")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *, check: bool, replace: bool, policy: str | None, json: bool, **options: Any) -> None:
        try:
            policies = [policy_named(policy)] if policy else list(POLICIES)
        except UnknownPolicy as error:
            raise CommandError(str(error)) from None
        with Console(stderr=True, quiet=json).status("Reading facts") as status:
            outcome = check_all(
                correcting=not check,
                replacing=replace,
                policies=policies,
                progress=lambda now: status.update(f"{now.subscriptions} subscriptions"),
            )
        self.stdout.write(_as_json(outcome) if json else _in_words(outcome, check=check))
        if check and outcome.differences:
            raise SystemExit(1)


def _as_json(outcome: Outcome) -> str:
    return json.dumps(
        {
            "subscriptions": outcome.subscriptions,
            "written": outcome.written,
            "differences": len(outcome.differences),
            "examples": [_example(difference) for difference in outcome.differences[:SHOWN]],
        }
    )


def _example(difference: Difference) -> dict[str, object]:
    place = difference.place
    return {
        "subscription": difference.subscription_id,
        "item": place.line.item,
        "price": place.line.price,
        "part": place.line.part,
        "effective_at": place.effective_at.isoformat(),
        "day": place.day.isoformat(),
        "currency": place.line.currency,
        "missing_micro": difference.missing_micro,
    }


def _in_words(outcome: Outcome, *, check: bool) -> str:
    lines = [f"{outcome.subscriptions} subscriptions read, {len(outcome.differences)} differences."]
    lines += [_in_a_line(difference) for difference in outcome.differences[:SHOWN]]
    if not check:
        lines.append(f"{outcome.written} movements written.")
    return "\n".join(lines)


def _in_a_line(difference: Difference) -> str:
    line = difference.place.line
    return (
        f"  {difference.subscription_id} {line.item} {line.price} {difference.place.effective_at:%Y-%m-%d %H:%M:%S}:"
        f" {difference.missing_micro:+d} millionths of a minor unit of {line.currency} are missing"
    )
