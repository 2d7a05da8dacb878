"""`python -m tests.chaos --seed N`: the long form."""

import argparse
import sys

from tests.chaos.driver import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos", description="A company in bad weather.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--customers", type=int, default=820, help="about 13 events each in a month (820)")
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="of bad weather (120)")
    given = parser.parse_args()
    report = run(seed=given.seed, customers=given.customers, months=given.months, seconds=given.seconds)
    sys.stdout.write(report.line() + "\n")
    return int(not report.is_good)


if __name__ == "__main__":
    sys.exit(main())
