"""Run a management command to its end, with its lines shown as they come."""

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping

from deploy.embedded.account import Account
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import REPOSITORY
from deploy.embedded.stopping import StopRequest
from deploy.embedded.waiting import until


def manage(*words: str) -> list[str]:
    """The command line of a management command."""
    return [sys.executable, "manage.py", *words]


def run(
    command: list[str],
    environment: Mapping[str, str],
    *,
    stop: StopRequest,
    line: Callable[[str], None],
    own_progress: bool = False,
) -> None:
    """Give each line of output to `line`. With `own_progress` the command draws on our terminal by its stderr.

    Raises CannotStart with the last lines where the command fails, Stopped when we are asked to stop.
    """
    process = subprocess.Popen(
        Account().command(command, dies_by=signal.SIGTERM),
        cwd=REPOSITORY,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if own_progress else subprocess.STDOUT,
        start_new_session=True,
    )
    seen: list[str] = []
    try:
        _read_lines(process, stop, seen, line)
    finally:
        _end(process)
    if process.returncode:
        raise CannotStart(f"{' '.join(command[1:])} failed with status {process.returncode}:\n" + "\n".join(seen[-20:]))


def _read_lines(
    process: subprocess.Popen[bytes], stop: StopRequest, seen: list[str], line: Callable[[str], None]
) -> None:
    output, rest = process.stdout, b""
    if output is None:
        return
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            stop.check()
            if not selector.select(timeout=0.1):
                continue
            chunk = os.read(output.fileno(), 65_536)
            *whole, rest = (rest + chunk).split(b"\n")
            if not chunk and rest:
                whole, rest = [rest], b""
            for text in (part.decode("utf-8", "replace").rstrip() for part in whole):
                seen.append(text)
                line(text)
            if not chunk:
                process.wait()
                return


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.terminate()
        if not until(lambda: process.poll() is not None, seconds=5):
            process.kill()
            process.wait()
