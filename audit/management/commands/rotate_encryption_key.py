"""Seal everything again under the newest encryption key."""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from audit.rotation import NOT_SEALED, Tally, count_by_key, reseal
from audit.sealed_columns import sealed_columns
from audit.sealing import key_id

Counts = dict[str, Counter[str]]


class Command(BaseCommand):
    help = (
        "Seal everything that older keys of ENCRYPTION_KEY have sealed again under the first, and say which keys can "
        "be removed. Safe beside running processes; one that was killed is started again. Exit status 1 where a text "
        "cannot be opened or is still under an older key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, by key")
        parser.add_argument("--json", action="store_true", help="the outcome as one line of JSON")

    def handle(self, *, dry_run: bool, json: bool, **options: Any) -> None:
        if not settings.ENCRYPTION_KEYS:
            raise CommandError("ENCRYPTION_KEY is not set.")
        tallies = {} if dry_run else _reseal_all(quiet=json)
        counts = {column.name: count_by_key(column) for column in sealed_columns()}
        self.stdout.write(_as_json(counts, tallies) if json else _in_words(counts, tallies))
        if not dry_run and _left(counts):
            raise SystemExit(1)


def _reseal_all(*, quiet: bool) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    with Progress(console=Console(stderr=True, quiet=quiet)) as progress:
        for column in sealed_columns():
            tallies[column.name] = Tally()
            bar = progress.add_task(column.name, total=None)
            for tally in reseal(column):
                tallies[column.name] = tally
                progress.update(bar, completed=tally.sealed, description=f"{column.name}: {tally.sealed}")
            progress.update(bar, total=tallies[column.name].sealed, completed=tallies[column.name].sealed)
    return tallies


def _newest() -> str:
    return key_id(settings.ENCRYPTION_KEYS[0])


def _by_key(counts: Counts) -> Counter[str]:
    return sum(counts.values(), Counter())


def _left(counts: Counts) -> int:
    """Texts that the newest key does not open."""
    return sum(count for key, count in _by_key(counts).items() if key != _newest())


def _removable(counts: Counts) -> list[str]:
    """Configured keys that nothing is sealed with any more."""
    return [key_id(key) for key in settings.ENCRYPTION_KEYS[1:] if not _by_key(counts)[key_id(key)]]


def _as_json(counts: Counts, tallies: dict[str, Tally]) -> str:
    return json.dumps(
        {
            "newest": _newest(),
            "by_key": dict(_by_key(counts)),
            "columns": {name: dict(keys) for name, keys in counts.items()},
            "sealed": sum(tally.sealed for tally in tallies.values()),
            "held": sum(tally.held for tally in tallies.values()),
            "unreadable": sum(tally.unreadable for tally in tallies.values()),
            "examples": [example for tally in tallies.values() for example in tally.examples],
            "removable": _removable(counts),
        }
    )


def _in_words(counts: Counts, tallies: dict[str, Tally]) -> str:
    lines = [f"{name}: {_words_of(keys)}" for name, keys in counts.items()]
    lines += [f"Cannot be opened: {example}" for tally in tallies.values() for example in tally.examples]
    if tallies:
        lines.append(f"{sum(tally.sealed for tally in tallies.values())} sealed again.")
    for key in settings.ENCRYPTION_KEYS[1:]:
        count = _by_key(counts)[key_id(key)]
        advice = "it can be removed from ENCRYPTION_KEY" if not count else "keep it"
        lines.append(f"Key {key_id(key)}: {count} left; {advice}.")
    return "\n".join(lines)


def _words_of(keys: Counter[str]) -> str:
    named = [f"{count} {_kind(key)}" for key, count in sorted(keys.items())]
    return ", ".join(named) or "nothing"


def _kind(key: str) -> str:
    if key == NOT_SEALED:
        return "not sealed"
    configured = [key_id(one) for one in settings.ENCRYPTION_KEYS]
    if key not in configured:
        return f"with {key}, which is not configured"
    return f"with {key}" + (" (newest)" if key == configured[0] else "")
