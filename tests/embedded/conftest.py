"""Clusters and launchers in folders of their own. Nothing here imports Django."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.embedded.cluster import THROW_AWAY, Cluster
from deploy.embedded.ports import free_port
from deploy.embedded.testing import TestServer, test_server
from deploy.embedded.waiting import until

ROOT = Path(__file__).resolve().parents[2]
MINIATURE = Path(__file__).parent / "miniature"
START_SECONDS = 60


def new_cluster(folder: Path, **settings: str) -> Cluster:
    """A cluster in the folder, not started; stop it yourself."""
    return Cluster(folder / "pg", log=folder / "pg.log", settings={**THROW_AWAY, **settings})


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """The suite's server, or one of this folder's own where there is none."""
    with test_server() as running:
        yield running


@pytest.fixture
def database(server: TestServer) -> Iterator[str]:
    """An empty prepared database."""
    name = f"test_embedded_{uuid.uuid4().hex[:12]}"
    server.create(name)
    yield name
    server.drop(name)


def clean_environment(**more: str) -> dict[str, str]:
    """As on a machine with nothing set: no variable of the suite takes an embedded part's place."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COUNTINGHOUSE_PG_USER") if name in os.environ}
    return {**kept, **more}


@dataclass
class Launcher:
    """A miniature product in a folder of its own, and the `python -m deploy.embedded` that runs it."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def start(self, **more: str) -> None:
        """Start `run` and leave it running."""
        self.close()
        self.process = subprocess.Popen(
            self._command("run"),
            cwd=self.folder,
            env={**self.environment, **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_ready(self, **more: str) -> None:
        """Start `run` and wait until it says that everything is usable."""
        self.start(**more)
        assert until(lambda: self.ended() or self.ready(), seconds=START_SECONDS)
        assert not self.ended(), self.output()

    def ready(self) -> bool:
        return (self.var / "credentials.json").exists()

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, signum: int = signal.SIGTERM) -> int:
        """Signal the launcher and wait; its exit status."""
        assert self.process is not None
        self.process.send_signal(signum)
        return self.process.wait(timeout=30)

    def wait_for_line(self, words: str) -> bool:
        """Read the launcher's output up to a line with these words; False where it ends before."""
        assert self.process is not None
        assert self.process.stdout is not None
        return any(words in line for line in self.process.stdout)

    def output(self) -> str:
        """All that the launcher wrote, once it has ended."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.wait(timeout=30)
        return self.process.stdout.read()

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of the launcher, run to its end."""
        return subprocess.run(
            self._command(*words), cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )

    def close(self) -> None:
        """Let go of the last launcher's output; it has ended."""
        if self.process is not None and self.process.stdout is not None:
            self.process.wait(timeout=30)
            self.process.stdout.close()

    def json(self, name: str) -> dict:
        return json.loads((self.var / name).read_text())

    def children(self) -> list[int]:
        """The recorded processes: sandbox, web, worker, beat."""
        return [int(pid) for pid in self.json("run.processes.json")]

    def web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "deploy.embedded", *words]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    folder = tmp_path / "product"
    shutil.copytree(MINIATURE, folder)
    for name in ("deploy", "audit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", folder)
    port = free_port()
    made = Launcher(folder, port, clean_environment(PORT=str(port)))
    yield made
    if made.process is not None and not made.ended():
        made.stop()
    made.close()
