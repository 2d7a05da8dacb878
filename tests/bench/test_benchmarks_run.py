"""The benchmarks run to their end, answer without errors, and write what they found."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.redis_server import PROGRAM

EXACT = re.compile("errors|differences|final states")
EXEMPT = re.compile("added|errors|index used|differences")
BASE = Path(__file__).resolve().parents[2]


@pytest.mark.processes
def test_each_is_measured_beside_its_peers(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--tiny", "--output", str(written)]
    ran = subprocess.run(command, cwd=BASE, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads(written.read_text())
    names = [result["name"] for result in report["results"]]
    assert names == [
        "webhook-ack, 1 connection(s)",
        "webhook-ack, 8 connection(s)",
        "read API, 4 connections",
        "row security, one session",
        "audit log, one writer",
        "audit log, verification",
        "typed rows from the snapshots, one session",
        "webhook-delay at 200 a second, PostgreSQL as broker",
        *(["webhook-delay at 200 a second, Redis as broker"] if PROGRAM else []),
        "webhook-apply, one worker",
        "inbox drain, stale statistics",
        "reconcile, every list whole",
    ]
    for result in report["results"]:
        assert all(one["requests"] > 0 and one["errors"] == 0 for one in result["figures"]), result
        # differences of few requests may be nothing or less, and nobody needs an index for few rows
        measured = [ratio for ratio in result["ratios"] if not EXEMPT.search(ratio["name"])]
        assert all(ratio["value"] > 0 for ratio in measured)
        # a machine may be slow, but never wrong
        assert all(ratio["holds"] for ratio in result["ratios"] if EXACT.search(ratio["name"])), result
    assert "dj-stripe's webhook" in ran.stdout


@pytest.mark.processes
def test_the_sandbox_is_measured_by_itself(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "sandbox", "--tiny", "--output", str(written)]
    ran = subprocess.run(command, cwd=BASE, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = json.loads(written.read_text())["results"]
    names = ["sandbox requests, 8 connections", "sandbox, 12 months at once", "sandbox, a large account"]
    assert [result["name"] for result in results] == names
    assert all(one["errors"] == 0 for result in results for one in result["figures"])
    values = {ratio["name"]: ratio["value"] for result in results for ratio in result["ratios"]}
    assert (values["subscriptions"], values["customers"]) == (4, 40)
    assert values["objects"] > 400
