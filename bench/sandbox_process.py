"""A sandbox of a benchmark's own, whose memory can be read."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk_test_0123456789abcdef01234567"


@dataclass(frozen=True, slots=True)
class Process:
    """`url` answers; `number` is that of the process."""

    url: str
    number: int

    def peak_memory(self) -> int:
        return peak_memory(self.number)


def peak_memory(process: int) -> int:
    """The most that was resident so far of the process with this number, in bytes; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


@contextmanager
def sandbox_process(state: Path, clock: int) -> Iterator[Process]:
    """Its clock stands still at `clock`, in Unix seconds."""
    words = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(state), "--clock", str(clock)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Process(process.stdout.readline().split("listening on ")[1].strip(), process.pid)
        finally:
            process.terminate()
            process.wait(30)
