"""A run of all tests clones a database a thousand times: in memory that takes a tenth of the time."""

import os
import time
from pathlib import Path

import pytest

from deploy.embedded import scratch
from deploy.embedded.testing import test_cluster as cluster_for_tests


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the machine's memory."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(scratch, "MEMORY", folder)
    monkeypatch.setattr(scratch, "ROOM", 1)
    monkeypatch.setenv("COUNTINGHOUSE_HOME", str(tmp_path / "home"))
    return folder


def test_it_is_made_there_and_leaves_nothing(memory: Path) -> None:
    with cluster_for_tests(in_memory=True) as cluster:
        assert cluster.data.is_relative_to(memory)
    assert list(memory.iterdir()) == []


def test_without_room_the_kept_one_is_used(memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "ROOM", 2**62)
    with cluster_for_tests(in_memory=True) as cluster:
        assert cluster.data == tmp_path / "home" / "test-pg"


def test_without_such_a_place_the_kept_one_is_used(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "MEMORY", tmp_path / "missing")
    assert scratch.memory() is None


def test_what_a_killed_run_left_is_removed(memory: Path) -> None:
    """But not what is being made, nor what is served."""
    left, fresh, served = (memory / f"{scratch.PREFIX}{name}" for name in ("left", "fresh", "served"))
    for one, pid in ((left, 2**30), (fresh, 2**30), (served, os.getpid())):
        (one / "pg").mkdir(parents=True)
        (one / "pg" / "postmaster.pid").write_text(f"{pid}\n")
    long_ago = time.time() - scratch.ABANDONED - 1
    for one in (left, served):
        os.utime(one, (long_ago, long_ago))
    with scratch.folder() as own:
        assert {one.name for one in memory.iterdir()} == {own.name, fresh.name, served.name}
