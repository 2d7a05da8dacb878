"""`python -m tests.mutations [WORD]`: take each guard away whose name holds the word, and see its tests go red.

First the tests of all of them run on the tree as it is: red ones would prove nothing. Takes half a minute a guard.
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.mutations.running import copy_of_the_tree, run_tests, survives
from tests.mutations.table import MUTATIONS


def main() -> int:
    word, console = " ".join(sys.argv[1:]), Console(highlight=False)
    chosen = [mutation for mutation in MUTATIONS if word in mutation.name]
    with tempfile.TemporaryDirectory(prefix="countinghouse-mutations-") as folder:
        tree, home = copy_of_the_tree(Path(folder) / "tree"), Path(folder) / "home"
        for tests in sorted({mutation.tests for mutation in chosen}):
            done = run_tests(tree, home, tests)
            if done.returncode:
                console.print(f"Red without any change: {' '.join(tests)}\n{done.stdout[-3000:]}")
                return 2
        survivors = 0
        for mutation in chosen:
            reason = survives(mutation, tree, home)
            survivors += bool(reason)
            console.print(f"{'SURVIVES' if reason else 'red     '}  {mutation.name}")
            if reason:
                console.print(reason)
    console.print(f"{len(chosen)} guards taken away, {survivors} unnoticed.")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
