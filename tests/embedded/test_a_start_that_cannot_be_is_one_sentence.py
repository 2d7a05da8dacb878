import socket
import subprocess
from pathlib import Path

import pytest

from tests.embedded.conftest import ROOT, Launcher, clean_environment

pytestmark = pytest.mark.processes


def test_the_port_is_taken(launcher: Launcher):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", launcher.port))
        stranger.listen()
        refused = launcher.call("run")
    assert refused.returncode == 1
    assert f"Port {launcher.port} is in use. Choose another: make run PORT={launcher.port + 1}" in refused.stdout
    assert not (launcher.var / "pg").exists(), "nothing was started"


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_the_port_is_no_port(launcher: Launcher, port: str):
    launcher.environment["PORT"] = port
    refused = launcher.call("run")
    assert (refused.returncode, refused.stderr) == (1, f"PORT is {port!r}: write a number from 1 to 65535.\n")


def test_the_own_database_does_not_answer(launcher: Launcher):
    launcher.environment["DATABASE_URL"] = f"postgres://billing:x@127.0.0.1:{launcher.port}/billing"
    refused = launcher.call("run")
    assert refused.returncode == 1
    assert "The database of DATABASE_URL (or DIRECT_URL) does not answer" in refused.stdout


def test_nothing_runs_to_look_into(launcher: Launcher):
    refused = launcher.call("psql")
    assert refused.returncode == 1
    assert "start it with make run" in refused.stderr


def test_python_is_too_old(tmp_path: Path):
    for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
        fake = tmp_path / name
        fake.write_text("#!/bin/sh\nexit 1\n")
        fake.chmod(0o755)
    environment = clean_environment(PATH=f"{tmp_path}:/usr/bin:/bin")
    done = subprocess.run(["/usr/bin/env", "make", "setup"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stderr.startswith("Countinghouse needs Python 3.11 or newer, and found none")
