"""`python -m bench.reconcile_process FOLDER [--ahead SECONDS]`: a run of its own, whose memory is its own.

Goes on with the run that was left unfinished, or begins a full one. Prints a line for each step, then what came of it
as JSON. It can be killed at any line; the next is told to set its clock `--ahead`, past the lease of who was killed.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from subprocess import PIPE, Popen

import django
from django.utils import timezone

from audit.actor import SYSTEM
from bench.listing import prepared_lists
from bench.sandbox_process import ROOT, peak_memory
from config.settling import settle

AHEAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Ran:
    """`seconds` of the run alone; `memory` at its peak, in bytes, of the whole process; counts of the run."""

    seconds: float
    memory: int
    checked: int
    found: int
    healed: int
    calls: int


def reconciled(folder: Path, *, ahead: int = 0) -> Ran:
    """Raises RuntimeError where the process did not come to an end."""
    *_, last = lines_of(folder, ahead=ahead)
    return Ran(**json.loads(last))


def killed_after(folder: Path, steps: int) -> None:
    """SIGKILL once so many steps are done."""
    with _process(folder, 0) as process, closing(_lines(process)) as lines:
        for _ in range(steps):
            next(lines)
        process.kill()


def lines_of(folder: Path, *, ahead: int = 0) -> Iterator[str]:
    with _process(folder, ahead) as process:
        yield from _lines(process)
    if process.returncode:
        raise RuntimeError(f"The reconciliation ended with {process.returncode}.")


def _process(folder: Path, ahead: int) -> Popen[str]:
    words = [sys.executable, "-m", "bench.reconcile_process", str(folder), "--ahead", str(ahead)]
    return Popen(words, cwd=ROOT, stdout=PIPE, text=True)


def _lines(process: Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    yield from process.stdout


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.reconcile_process")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ahead", type=int, default=0)
    given = parser.parse_args()
    django.setup()
    asking = import_module("billing.reconcile.asking")  # needs Django set up

    def clock() -> datetime:
        return timezone.now() + timedelta(seconds=given.ahead)

    settle()  # as a worker does
    with prepared_lists(given.folder):
        run, began = asking.ask(by=SYSTEM, full=True), time.perf_counter()
        asking.carry_out(run, by=SYSTEM, clock=clock, tell=_tell)
        seconds = time.perf_counter() - began
    counts = {"checked": run.total("checked"), "found": run.found, "healed": run.total("healed")}
    told = {"seconds": seconds, "memory": peak_memory(os.getpid()), **counts, "calls": run.stripe_calls}
    sys.stdout.write(json.dumps(told) + "\n")


def _tell(noun: str, checked: int) -> None:
    sys.stdout.write(f"{noun} {checked}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
