import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.embedded.process_identity import working_in
from deploy.embedded.waiting import until
from tests.embedded.conftest import ROOT, clean_environment, new_cluster

HOLDER = """
import sys, time
from pathlib import Path
from tests.embedded.conftest import new_cluster
cluster = new_cluster(Path(sys.argv[1]))
cluster.start()
print(cluster.pid, flush=True)
time.sleep(600)
"""


def answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT true").fetchone() == (True,)


def test_the_server_is_killed(tmp_path: Path):
    cluster = new_cluster(tmp_path)
    cluster.start()
    os.kill(cluster.pid, signal.SIGKILL)
    assert until(lambda: cluster.exit_code() is not None, seconds=5)
    cluster.stop()
    with new_cluster(tmp_path) as again:
        assert answers(again.address.url())


def test_the_launcher_is_killed_and_its_server_ends_with_it(tmp_path: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        env=clean_environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert int(holder.stdout.readline()) in list(working_in(tmp_path / "pg"))
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with new_cluster(tmp_path) as again:
        assert answers(again.address.url())
        assert again.pid in list(working_in(tmp_path / "pg"))


def test_the_pid_file_names_a_living_stranger_of_the_same_account(tmp_path: Path):
    """PostgreSQL alone would take the stranger for itself and refuse for ever."""
    (tmp_path / "stranger").mkdir()
    with new_cluster(tmp_path):
        pid_file = (tmp_path / "pg" / "postmaster.pid").read_text()
    with new_cluster(tmp_path / "stranger") as stranger:
        lines = pid_file.splitlines(keepends=True)
        (tmp_path / "pg" / "postmaster.pid").write_text("".join([f"{stranger.pid}\n", *lines[1:]]))
        with new_cluster(tmp_path) as again:
            assert answers(again.address.url())
        assert answers(stranger.address.url())


def test_a_half_made_cluster_is_made_again(tmp_path: Path):
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "PG_VERSION").write_text("18\n")
    with new_cluster(tmp_path) as cluster:
        assert answers(cluster.address.url())


def test_a_cluster_that_cannot_start_says_why(tmp_path: Path):
    with new_cluster(tmp_path):
        pass
    (tmp_path / "pg" / "global" / "pg_control").unlink()
    with pytest.raises(RuntimeError, match="pg_control"):
        new_cluster(tmp_path).start()
    assert new_cluster(tmp_path).exit_code() is None
