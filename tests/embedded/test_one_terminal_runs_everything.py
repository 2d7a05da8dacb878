import os
import signal
import stat
import time

import pytest

from deploy.embedded import process_identity
from tests.embedded.conftest import Launcher

pytestmark = pytest.mark.processes
KEYS = {
    "url", "staff", "staff_api_key", "api_key", "organization", "webhook_secret", "stripe_api_base",
    "stripe_secret_key", "database_url",
}  # fmt: skip


def test_it_starts_serves_and_stops_and_keeps_its_data(launcher: Launcher):
    launcher.start_ready()
    assert launcher.web_answers()

    credentials = launcher.json("credentials.json")
    assert set(credentials) == KEYS
    assert credentials["url"] == f"http://localhost:{launcher.port}"
    assert credentials["database_url"].startswith("postgres://app_owner:")
    for name in ("credentials.json", "embedded.json", "pg.json"):
        assert stat.S_IMODE((launcher.var / name).stat().st_mode) == 0o600

    beside = launcher.call("manage", "count")
    assert (beside.returncode, beside.stdout) == (0, "('app_rw', 1)\n")
    assert launcher.call("manage", "fail").returncode == 7
    prompt = launcher.call("psql", "--role", "app_rw", "-Atc", "SELECT current_user")
    assert prompt.stdout == "app_rw\n"

    second = launcher.call("run")
    assert second.returncode == 1
    assert f"process {launcher.process.pid}, http://localhost:{launcher.port}" in second.stdout
    assert launcher.call("status").returncode == 0

    children = launcher.children()
    began = time.monotonic()
    assert launcher.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 10
    assert "Stopped." in launcher.output()
    assert [pid for pid in children if process_identity.started(pid)] == []
    assert not launcher.ready()
    assert launcher.call("status").returncode == 3

    alone = launcher.call("manage", "count")
    assert (alone.returncode, alone.stdout) == (0, "('app_rw', 1)\n"), "the demo was made once, and is kept"


def test_a_killed_launcher_leaves_nothing_in_the_way(launcher: Launcher):
    launcher.start_ready()
    children = launcher.children()
    launcher.process.kill()
    launcher.process.wait()

    (launcher.var / "credentials.json").unlink()  # so that `ready` speaks of the second start
    launcher.start_ready()
    assert launcher.web_answers()
    assert [pid for pid in children if process_identity.started(pid)] == []


def test_a_process_that_dies_ends_the_launcher_and_is_named(launcher: Launcher):
    launcher.start_ready()
    *_, worker, beat = launcher.children()
    os.kill(worker, signal.SIGKILL)
    assert launcher.process.wait(timeout=15) == 1
    output = launcher.output()
    assert "The worker process ended by itself (status -9)" in output
    assert f"{launcher.var}/log/worker.log" in output
    assert process_identity.started(beat) is None
    assert not launcher.ready()


def test_a_seed_that_fails_is_run_again(launcher: Launcher):
    launcher.start(FAIL_SEED="1")
    assert launcher.process.wait(timeout=60) == 1
    assert "seed_demo failed with status 3" in launcher.output()
    launcher.start_ready()
    assert launcher.json("credentials.json")["staff"]["username"] == "support"
