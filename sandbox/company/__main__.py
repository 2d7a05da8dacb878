# ruff: noqa: T201 - a command prints
"""`python -m sandbox.company --url http://127.0.0.1:12111 --customers N --months M --seed S`: fills a sandbox."""

import argparse
import sys
import time
from datetime import UTC, datetime

from sandbox.company.calling import Client, Refused
from sandbox.company.history import live
from sandbox.company.summary import gather, told


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox.company", description="Lives a company's history in a sandbox.")
    parser.add_argument("--url", default="http://127.0.0.1:12111", help="where the sandbox listens")
    parser.add_argument(
        "--key", default="sk_test_51SandboxCountinghouse0000000000", help="its secret key, if it accepts only one"
    )
    parser.add_argument("--customers", type=int, default=50)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", default="company", help="of chance and of the ids")
    parser.add_argument("--start", default="2025-01-01", help="the first day (UTC) of the history")
    parser.add_argument("--reset", action="store_true", help="empty the sandbox first; else it must be empty")
    parser.add_argument("--quiet", action="store_true", help="no line for each month")
    return parser.parse_args()


def main() -> int:
    given = _arguments()
    client, started = Client(given.url, given.key), time.monotonic()
    if not given.reset and client.control("digest")["counts"]:
        print("This sandbox is not empty; --reset empties it.", file=sys.stderr)
        return 2
    start = int(datetime.fromisoformat(given.start).replace(tzinfo=UTC).timestamp())
    client.control("reset", {"clock": start, "seed": given.seed})
    try:
        live(
            client,
            customers=given.customers,
            months=given.months,
            seed=given.seed,
            start=start,
            tell=_silent if given.quiet else _tell,
        )
    except Refused as refused:
        print(f"The sandbox refused a step of the history: {refused}", file=sys.stderr)
        return 1
    for line in told(gather(client)):
        print(line)
    print(f"{client.calls} requests in {time.monotonic() - started:.1f} s")
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)


def _silent(line: str) -> None:
    return


if __name__ == "__main__":
    sys.exit(main())
