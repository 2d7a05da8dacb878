"""`python -m bench [webhooks] [reads] [--rounds N] [--requests N] [--tiny] [--strict] [--output FILE]`."""

import argparse
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from rich.console import Console

from bench import report
from bench.installation import installation
from bench.rounds import Result
from bench.scale import TINY, Scale
from deploy.embedded.home import Home

BENCHMARKS = {"webhooks": "bench.webhook_acknowledgement", "reads": "bench.reads"}


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks, each beside its limit or peer.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], help="all of them, by default")
    parser.add_argument("--rounds", type=int, help="how often each is measured, in turns (3)")
    parser.add_argument("--requests", type=int, help="requests of each in each round (2000)")
    parser.add_argument("--tiny", action="store_true", help="a few requests: does it run at all?")
    parser.add_argument("--strict", action="store_true", help="exit status 1 where a gate fails")
    parser.add_argument("--output", type=Path, help="the file of the numbers (var/bench.json)")
    return parser.parse_args(words)


def scale_of(given: argparse.Namespace) -> Scale:
    scale = TINY if given.tiny else Scale()
    wanted = {"rounds": given.rounds, "requests": given.requests}
    return replace(scale, **{name: value for name, value in wanted.items() if value})


def main() -> int:
    given, console = arguments(), Console(width=110)
    scale, results = scale_of(given), list[Result]()
    with installation() as base:
        for name in given.names or BENCHMARKS:
            for result in import_module(BENCHMARKS[name]).measure(base, scale):  # needs Django set up
                report.show(result, console)
                results.append(result)
    path = given.output or Home.from_environment().path / "bench.json"
    report.write(results, scale, path)
    console.print(f"Written to {path}.", highlight=False)
    fails = [ratio.name for result in results for ratio in result.ratios if not ratio.holds]
    return int(given.strict and bool(fails))


if __name__ == "__main__":
    sys.exit(main())
