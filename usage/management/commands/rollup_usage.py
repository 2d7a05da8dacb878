"""Recount raw usage events, compare the hourly rollup with them, and set it right."""

import json
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from usage.aggregate import rollup_differences
from usage.domain.event import MAX_AGE
from usage.domain.quantity import plain
from usage.domain.windows import Window
from usage.store.recount import Difference


class Command(BaseCommand):
    help = (
        "Recount raw usage events and set the hourly rollup right where it differs. Safe while events arrive. "
        "Exit status: 0 nothing differed or all was set right, 2 differences were found and left (--check)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="start", type=_instant, help="UTC date or time; 36 days ago by default")
        parser.add_argument("--to", dest="end", type=_instant, help="UTC date or time; an hour ahead by default")
        parser.add_argument("--check", action="store_true", help="only report")
        parser.add_argument("--json", action="store_true", help="one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        window, check = _window(options["start"], options["end"]), options["check"]
        found: list[Difference] = []
        for day, differences in rollup_differences(window, repair=not check):
            found += differences
            if not options["json"]:
                self._show(day, differences)
        self.stdout.write(json.dumps(_summary(window, found, check)) if options["json"] else _sentence(found, check))
        if found and check:
            raise SystemExit(2)

    def _show(self, day: Window, differences: list[Difference]) -> None:
        self.stdout.write(f"{day.start:%Y-%m-%d %H:%M} to {day.end:%Y-%m-%d %H:%M}: {len(differences)} differ")
        for one in differences:
            where = f"organization {one.organization_id}, meter {one.meter_id}, {one.hour:%Y-%m-%d %H:00}"
            rolled = f"{plain(one.rolled_total)} in {one.rolled_count}"
            self.stdout.write(f"  {where}: rolled up {rolled} events, counted {plain(one.total)} in {one.count}")


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _window(start: datetime | None, end: datetime | None) -> Window:
    now = timezone.now()
    window = Window(start or now - MAX_AGE - timedelta(days=1), end or now + timedelta(hours=1))
    if window.start >= window.end:
        raise CommandError("--from must be before --to.")
    return window


def _summary(window: Window, found: list[Difference], check: bool) -> dict[str, object]:
    by_meter = Counter(one.meter_id for one in found)
    return {
        "from": window.start.isoformat(),
        "to": window.end.isoformat(),
        "differences": len(found),
        "repaired": 0 if check else len(found),
        "by_meter": {str(meter): count for meter, count in sorted(by_meter.items())},
    }


def _sentence(found: list[Difference], check: bool) -> str:
    if not found:
        return "The rollup is what the events come to."
    return f"{len(found)} buckets differ." if check else f"{len(found)} buckets differed and were set right."
