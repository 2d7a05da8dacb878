"""The process: its one line, its end, and what a kill leaves."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sandbox.receiver import receiving
from tests.sandbox.running import ROOT
from tests.sandbox.scenes import START, Account


def start(*words: str) -> tuple[subprocess.Popen, str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline()


def finished(process: subprocess.Popen) -> int:
    code = process.wait(20)
    process.stdout.close()
    process.stderr.close()
    return code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_on_a_signal(number: int) -> None:
    process, line = start("--port", "0", "--state", ":memory:")
    url = line.split("listening on ")[1].strip()
    Account.at(url).subscribe()
    os.kill(process.pid, number)
    assert finished(process) == 0


def test_a_taken_port_and_a_live_key_are_refused_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process, line = start("--port", str(taken.getsockname()[1]), "--state", ":memory:")
        assert (line, "cannot listen" in process.stderr.read(), finished(process)) == ("", True, 1)
    process, line = start("--port", "0", "--state", ":memory:", "--secret-key", "sk_live_1234567890")
    assert (line, "sk_test_" in process.stderr.read(), finished(process)) == ("", True, 2)


def test_what_was_answered_survives_a_kill_and_is_delivered_after_it(tmp_path: Path) -> None:
    words = ["--port", "0", "--state", str(tmp_path / "state.sqlite")]
    with receiving() as receiver:
        process, line = start(*words, "--clock", str(START))
        account = Account.at(line.split("listening on ")[1].strip())
        receiver.secret = account.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]}).secret
        account.control("deliveries", {"pause": True})
        subscription = account.subscribe()
        digest = account.control("digest")
        process.kill()
        finished(process)
        process, line = start(*words)
        try:
            again = Account.at(line.split("listening on ")[1].strip())
            assert again.control("digest") == digest
            assert again.subscription(subscription).status == "active"
            deadline = time.monotonic() + 20
            while again.control("deliveries")["pending"] and time.monotonic() < deadline:
                time.sleep(0.02)
            assert len(receiver.events) == digest["counts"]["event"]
        finally:
            process.terminate()
            finished(process)
