"""Starts a sandbox process for tests; plain Python, usable by any suite."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "sk_test_51SandboxCountinghouse0000000000"


@contextmanager
def running_sandbox(
    state: str | Path = ":memory:",
    clock: int | None = None,
    *,
    secret_key: str | None = None,
    seed: str | None = None,
    port: int = 0,
) -> Iterator[str]:
    """Yields the base URL, such as http://127.0.0.1:43210. `clock`: Unix time at which a new state stands still
    (move it by POST /_sandbox/clock); without it the clock follows the wall."""
    words = [sys.executable, "-m", "sandbox", "--port", str(port), "--state", str(state)]
    for name, value in (("--clock", clock), ("--secret-key", secret_key), ("--seed", seed)):
        if value is not None:
            words += [name, str(value)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if "listening on " not in line:
            raise RuntimeError(f"the sandbox did not start (exit code {process.wait(10)})")
        yield line.split("listening on ")[1].strip()
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
