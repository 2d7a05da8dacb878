"""A Redis of a test's own, which can be killed with all that it holds."""

import shutil
import socket
import subprocess
from pathlib import Path

from tests.flows.processes import free_port, until

PROGRAM = shutil.which("redis-server") or ""


def reachable(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class RedisServer:
    """On a port that it has from its first start on; `options` are further words of its command line."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options = folder, options
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.folder.mkdir()
        self.port = self.port or free_port()
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]
        with self.folder.with_name(f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, *words, "--dir", str(self.folder), *self.options], stdout=log, stderr=log
            )
        process = self._process
        until(lambda: process.poll() is None and reachable(self.port), what="Redis")

    def kill(self) -> None:
        """SIGKILL, and its files are gone: the next start finds nothing."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        shutil.rmtree(self.folder)
