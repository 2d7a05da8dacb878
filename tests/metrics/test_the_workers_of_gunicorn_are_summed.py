"""Two gunicorn workers, one /metrics: through gunicorn.conf.py, which is read from the working folder."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

APPLICATION = """
import os, prometheus_client
from prometheus_client.multiprocess import MultiProcessCollector

hits = prometheus_client.Counter("hits_total", "Requests", ["worker"])

def application(environ, start_response):
    hits.labels(str(os.getpid())).inc()
    registry = prometheus_client.CollectorRegistry()
    MultiProcessCollector(registry)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
    return [prometheus_client.generate_latest(registry)]
"""


@pytest.fixture
def address(tmp_path):
    (tmp_path / "counted.py").write_text(APPLICATION, encoding="utf-8")
    (tmp_path / "gunicorn.conf.py").symlink_to(ROOT / "gunicorn.conf.py")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    command = [sys.executable, "-m", "gunicorn", "counted", "--no-control-socket", "--workers", "2"]
    environment = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    server = subprocess.Popen(
        [*command, "--bind", f"fd://{listener.fileno()}"],
        cwd=tmp_path,
        env=environment | {"TMPDIR": str(tmp_path)},
        pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
    )
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", tmp_path
    server.terminate()
    server.wait(10)
    listener.close()
    assert list(tmp_path.glob("countinghouse-metrics-*")) == []


def test_both_are_in_the_answer_of_each(address):
    url, folder = address
    deadline = time.monotonic() + 30
    counts: dict[str, float] = {}
    asked = 0
    while len(counts) < 2 and time.monotonic() < deadline:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
            text = answer.read().decode()
        asked += 1
        counts = {worker: float(value) for worker, value in re.findall(r'hits_total\{worker="(\d+)"\} (\S+)', text)}
    assert len(counts) == 2
    assert sum(counts.values()) == asked
    assert list(folder.glob("countinghouse-metrics-*"))
