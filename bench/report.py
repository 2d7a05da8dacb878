"""The table, and the file of the same numbers."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.rounds import Result
from bench.scale import Scale


def show(result: Result, console: Console) -> None:
    console.print(result.name, style="italic", highlight=False)
    if result.figures:
        console.print(_table(result))
    for ratio in result.ratios:
        verdict = "" if not ratio.gate else ("  holds " if ratio.holds else "  FAILS ") + ratio.gate
        console.print(f"  {ratio.name}: {ratio.value:.2f}{verdict}", highlight=False)
    console.print()


def _table(result: Result) -> Table:
    table = Table()
    for word in ("", "p50 ms", "p95 ms", "p99 ms", "requests/s", "requests", "errors"):
        table.add_column(word, justify="left" if not word else "right")
    for one in result.figures:
        numbers = [f"{one.p50:.2f}", f"{one.p95:.2f}", f"{one.p99:.2f}", f"{one.per_second:.0f}"]
        table.add_row(one.name, *numbers, str(one.requests), str(one.errors))
    return table


def write(results: Sequence[Result], scale: Scale, path: Path) -> None:
    """Times are in milliseconds; medians of the rounds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "rounds": scale.rounds,
        "requests_a_round": scale.requests,
        "results": [result.as_json() for result in results],
    }
    path.write_text(json.dumps(report, indent=2) + "\n")
