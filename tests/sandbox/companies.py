"""Companies whose history is lived through a sandbox by the generator, as its users start it."""

import subprocess
import sys

from tests.sandbox.running import ROOT, SECRET_KEY


def generate(url: str, *, customers: int, months: int, seed: str = "company") -> str:
    """Fills the sandbox at `url`, emptying it first; what the generator printed."""
    words = [sys.executable, "-m", "sandbox.company", "--url", url, "--key", SECRET_KEY, "--reset"]
    words += ["--customers", str(customers), "--months", str(months), "--seed", seed]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
