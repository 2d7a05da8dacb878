"""The long-running children: started with a log each, watched, and stopped in order."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded import private_json, process_identity
from deploy.embedded.account import Account
from deploy.embedded.home import REPOSITORY
from deploy.embedded.waiting import until

LOG_BYTES = 10 * 1024 * 1024  # a longer log is set aside at the next start


@dataclass(slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> bool:
        return self.process.poll() is not None

    def signal(self, signum: int) -> None:
        if not self.ended():
            self.process.send_signal(signum)

    def signal_group(self, signum: int) -> None:
        """The child and what it has started: each child leads a process group of its own."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signum)


@dataclass(slots=True)
class Processes:
    """The children of one launcher. `record` (JSON) names them to the launcher after us, should we be killed."""

    record: Path
    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> Child:
        """Start a command in the repository's folder. It is told to end when we die."""
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                Account().command(command, dies_by=signal.SIGTERM),
                cwd=REPOSITORY,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops all in order
            )
        child = Child(name, process, log)
        self.children.append(child)
        self._note()
        return child

    def first_ended(self) -> Child | None:
        """A child that is not running any more, or None."""
        return next((child for child in self.children if child.ended()), None)

    def stop(self) -> None:
        """End all within 7.2 seconds: with PostgreSQL's last checkpoint after it, all is down in 10.

        Web, worker and beat are told in the same moment. A worker that is busy, or slow to notice, is told more
        firmly after 3.5 seconds: its task comes back, the tables are the queue. The sandbox goes after them, since
        a task that finishes may still ask it.
        """
        last = [child for child in self.children if child.name == "sandbox"]
        first = [child for child in self.children if child.name != "sandbox"]
        started = time.monotonic()
        _signal_all(first, signal.SIGTERM)
        if not _wait(first, until_time=started + 3.5):
            _signal_all([child for child in first if child.name == "worker"], signal.SIGQUIT)
            _wait(first, until_time=started + 6.5)
        _signal_all(last, signal.SIGTERM)
        _wait(self.children, until_time=started + 7.2)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            child.process.wait()
        self.children.clear()
        self.record.unlink(missing_ok=True)

    def _note(self) -> None:
        alive = {child.process.pid: process_identity.started(child.process.pid) for child in self.children}
        private_json.write(self.record, {str(pid): started for pid, started in alive.items()})


def end_orphans(record: Path) -> None:
    """End children of a launcher that was killed. Call it with the launcher's lock held."""
    alive = list(_orphans(record))
    for signum, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
        for pid in alive:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signum)
        if until(lambda: not any(_orphans(record)), seconds=seconds):
            break
    record.unlink(missing_ok=True)


def _orphans(record: Path) -> Iterator[int]:
    for pid, started in private_json.read(record).items():
        if started and process_identity.started(int(pid)) == started:
            yield int(pid)


def _signal_all(children: list[Child], signum: int) -> None:
    for child in children:
        child.signal(signum)


def _wait(children: list[Child], *, until_time: float) -> bool:
    return until(lambda: all(child.ended() for child in children), seconds=until_time - time.monotonic())
