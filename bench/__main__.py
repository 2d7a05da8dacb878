"""`python -m bench [webhooks] [reads] [rls] [audit] [rebuild] [delay] [apply] [reconcile] [sandbox] [--rounds N]
[--requests N] [--rows N] [--company N] [--history N] [--account N] [--tiny] [--strict] [--output FILE]`.

They run in the order of this table, whatever the order of the names: the last ones empty the database.

The sandbox's own is measured when it is named; its full size is `sandbox --customers 100000 --subscriptions 1000`.
That of `apply` is `--company 5000 --history 3000000`, of `reconcile` `--account 100000`.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from rich.console import Console

from bench import report, sandbox
from bench.installation import installation
from bench.rounds import Result
from bench.scale import TINY, Scale
from deploy.embedded.home import Home

BENCHMARKS = {
    "webhooks": "bench.webhook_acknowledgement",
    "reads": "bench.reads",
    "rls": "bench.row_security",
    "audit": "bench.audit",
    "rebuild": "bench.rebuild",
    "delay": "bench.webhook_delay",
    "apply": "bench.webhook_apply",
    "reconcile": "bench.reconcile",
}


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks, each beside its limit or peer.")
    parser.add_argument(
        "names", nargs="*", choices=[[], *BENCHMARKS, "sandbox"], help="all but the sandbox's, by default"
    )
    parser.add_argument("--rounds", type=int, help="how often each is measured, in turns (3)")
    parser.add_argument("--requests", type=int, help="requests of each in each round (2000)")
    parser.add_argument("--customers", type=int, help="that are loaded into the sandbox (2000)")
    parser.add_argument("--subscriptions", type=int, help="that live through a year in the sandbox (100)")
    parser.add_argument("--rows", type=int, dest="entries", help="of the log that is verified (1000000)")
    parser.add_argument("--company", type=int, help="customers that tell the events that are applied (400)")
    parser.add_argument("--history", type=int, help="events that were processed before others are (300000)")
    parser.add_argument("--account", type=int, help="objects that are compared with Stripe (10000)")
    parser.add_argument("--tiny", action="store_true", help="a few requests: does it run at all?")
    parser.add_argument("--strict", action="store_true", help="exit status 1 where a gate fails")
    parser.add_argument("--output", type=Path, help="the file of the numbers (var/bench.json)")
    return parser.parse_args(words)


def scale_of(given: argparse.Namespace) -> Scale:
    scale = TINY if given.tiny else Scale()
    names = ("rounds", "requests", "customers", "subscriptions", "entries", "company", "history", "account")
    wanted = {name: getattr(given, name) for name in names}
    return replace(scale, **{name: value for name, value in wanted.items() if value})


def measured(names: list[str], scale: Scale) -> Iterator[Result]:
    if "sandbox" in names:
        yield from sandbox.measure(scale)
    installed = [name for name in BENCHMARKS if name in names]
    if installed:
        with installation() as base:
            for name in installed:
                yield from import_module(BENCHMARKS[name]).measure(base, scale)  # needs Django set up


def main() -> int:
    given, console = arguments(), Console(width=110)
    scale, results = scale_of(given), list[Result]()
    for result in measured(given.names or list(BENCHMARKS), scale):
        report.show(result, console)
        results.append(result)
    path = given.output or Home.from_environment().path / "bench.json"
    report.write(results, scale, path)
    console.print(f"Written to {path}.", highlight=False)
    fails = [ratio.name for result in results for ratio in result.ratios if not ratio.holds]
    return int(given.strict and bool(fails))


if __name__ == "__main__":
    sys.exit(main())
