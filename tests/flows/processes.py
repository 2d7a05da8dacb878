"""Real processes of one installation: started with a log each, waited for, stopped by their own ids."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from deploy.embedded.services import UNWATCHED

BASE = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "-A", "config.celery"]
WORKER = [*CELERY, "worker", *UNWATCHED, "-c", "2"]
Found = TypeVar("Found")


def until(condition: Callable[[], Found], *, seconds: float = 90, what: str = "the condition") -> Found:
    """Ask again and again until the answer is true, and return it. Raises AssertionError at the deadline."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.05)
    return found


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@dataclass
class Process:
    """One child that leads a process group of its own."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def children(self) -> list[int]:
        """The ids of the processes that it has started, such as gunicorn's workers."""
        words = ["ps", "-o", "pid=", "--ppid", str(self.popen.pid)]
        listed = subprocess.run(words, capture_output=True, text=True, check=False)
        return [int(word) for word in listed.stdout.split()]

    def kill_alone(self) -> None:
        """SIGKILL to the child, and to nothing that it started."""
        self.popen.kill()
        self.popen.wait()

    def kill(self) -> None:
        """SIGKILL to the child and all that it started: nobody says goodbye."""
        if self.running:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self) -> None:
        """Politely, then firmly."""
        if self.running:
            self.popen.terminate()
        try:
            self.popen.wait(3)
        except subprocess.TimeoutExpired:
            self.kill()

    def words(self) -> str:
        return self.log.read_text(errors="replace")


@dataclass
class Processes:
    """The processes of one test; `environment` is that of each of them."""

    folder: Path
    environment: Mapping[str, str]
    started: list[Process] = field(default_factory=list)

    def start(self, name: str, command: list[str], **variables: str) -> Process:
        log = self.folder / f"{name}-{len(self.started)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                command,
                cwd=BASE,
                env={**os.environ, **self.environment, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self.started.append(process)
        return process

    def web(self, *, settings: str = "config.settings", workers: int = 2, port: int = 0, **variables: str) -> str:
        """Start gunicorn and wait until it answers; its base URL."""
        port = port or free_port()
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket"]
        command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--worker-class", "gthread"]
        process = self.start("web", [*command, "--threads", "4"], DJANGO_SETTINGS_MODULE=settings, **variables)
        until(lambda: self._alive(process) and answers(port), what="the web server's first answer")
        return f"http://127.0.0.1:{port}"

    def worker(self, **variables: str) -> Process:
        """Start a Celery worker and wait until it listens."""
        command = [*WORKER, "--loglevel", "INFO"]
        process = self.start("worker", command, PYTHONWARNINGS="ignore", **variables)
        until(lambda: self._alive(process) and " ready." in process.words(), what="the worker's readiness")
        return process

    def beat(self) -> Process:
        """Start the scheduler."""
        words = [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", ""]
        return self.start("beat", words, PYTHONWARNINGS="ignore")

    def manage(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        environment = {**os.environ, **self.environment, **variables}
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def ring(self, task: str) -> None:
        """Send a task through the broker, as beat does."""
        environment = {**os.environ, **self.environment, "PYTHONWARNINGS": "ignore"}
        subprocess.run([*CELERY, "call", task], cwd=BASE, env=environment, check=True, capture_output=True, timeout=60)

    def stop(self) -> None:
        for process in reversed(self.started):
            process.stop()

    def _alive(self, process: Process) -> bool:
        assert process.running, f"{process.name} ended by itself:\n{process.words()[-3000:]}"
        return True


def answers(port: int) -> bool:
    """Any answer counts."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/v1/meta/features")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()
