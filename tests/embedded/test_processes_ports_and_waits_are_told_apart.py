"""A number alone names neither a process nor a server: ending the wrong one would be somebody's work lost."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import leftovers, process_identity, static_files
from deploy.embedded.failure import CannotStart
from deploy.embedded.ports import LOOPBACK, free_port, is_free
from deploy.embedded.process_identity import started, working_in
from deploy.embedded.stopping import Stopped, StopRequest
from deploy.embedded.waiting import until


def sleeper(on_signal: str) -> list[str]:
    """Says what it does with SIGINT and SIGQUIT: a shell that starts the tests behind itself has both ignored."""
    words = f"import signal, time; [signal.signal(s, signal.{on_signal}) for s in (2, 3)]"
    return [sys.executable, "-I", "-S", "-c", f"{words}; print(flush=True); time.sleep(60)"]


SLEEP, DEAF = sleeper("SIG_DFL"), sleeper("SIG_IGN")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "pg"
    folder.mkdir()
    return folder


def start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """A process that has come up and works in the folder."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture
def worker(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    with start(SLEEP, data) as process:
        yield process
        process.kill()


class TestAProcess:
    def test_is_named_by_number_and_start(self, worker: subprocess.Popen[bytes]):
        assert started(worker.pid) == started(worker.pid) is not None
        assert started(worker.pid) != started(os.getpid())

    def test_that_is_gone_or_a_zombie_has_no_start(self, worker: subprocess.Popen[bytes]):
        worker.kill()
        assert until(lambda: started(worker.pid) is None, seconds=10), "nobody has waited for it yet"
        worker.wait()
        assert started(worker.pid) is None

    @pytest.mark.skipif(not Path("/bin/ps").exists(), reason="ps is missing")
    def test_is_known_without_proc_too(self, worker: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(process_identity, "PROC", Path("/nowhere"))
        assert started(worker.pid)
        assert list(working_in(Path.cwd())) == []

    def test_is_found_by_where_it_works(self, worker: subprocess.Popen[bytes], data: Path, tmp_path: Path):
        link = tmp_path / "link"
        link.symlink_to(data)
        assert list(working_in(data)) == list(working_in(link)) == [worker.pid]
        assert list(working_in(tmp_path)) == []
        assert list(working_in(tmp_path / "missing")) == []


class TestLeftovers:
    def test_of_nobody_are_a_file_that_goes(self, data: Path):
        (data / "postmaster.pid").write_text(f"{os.getpid()}\n")
        (data / "PG_VERSION").write_text("18\n")
        leftovers.clear(data)
        assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
        leftovers.clear(data)

    def test_a_server_that_outlived_its_launcher_is_ended(self, worker: subprocess.Popen[bytes], data: Path):
        leftovers.clear(data)
        assert worker.wait(10) == -signal.SIGINT

    def test_one_that_does_not_hear_is_killed(self, data: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(leftovers, "_SIGNALS", [(signal.SIGINT, 0.1), (signal.SIGQUIT, 0.1), (signal.SIGKILL, 5)])
        with start(DEAF, data) as process:
            leftovers.clear(data)
            assert process.wait(10) == -signal.SIGKILL

    def test_one_that_cannot_be_ended_keeps_its_file(self, data: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(leftovers, "_SIGNALS", [(signal.SIGINT, 0.1)])
        (data / "postmaster.pid").write_text("1\n")
        with start(DEAF, data) as process:
            try:
                with pytest.raises(CannotStart) as refused:
                    leftovers.clear(data)
            finally:
                process.kill()
        assert str(refused.value) == f"An earlier PostgreSQL does not end: processes [{process.pid}] use {data}."
        assert (data / "postmaster.pid").exists()

    def test_a_stranger_elsewhere_is_left_alone(self, worker: subprocess.Popen[bytes], tmp_path: Path):
        other = tmp_path / "other"
        other.mkdir()
        leftovers.clear(other)
        assert worker.poll() is None


class TestAPort:
    def test_that_is_given_is_free(self):
        assert is_free(free_port())

    def test_of_another_address_does_not_count_as_ours(self):
        with socket.socket() as listener:
            listener.bind((LOOPBACK, 0))
            listener.listen()
            port = listener.getsockname()[1]
            assert not is_free(port)
        assert is_free(port)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may take low ports")
    def test_that_is_low_is_roots(self):
        assert isinstance(is_free(1), bool)


class TestWaiting:
    def test_ends_at_once_where_it_holds(self):
        before = time.monotonic()
        assert until(lambda: True, seconds=60)
        assert time.monotonic() - before < 5

    def test_asks_at_least_once_even_without_time(self):
        assert until(lambda: True, seconds=0)
        assert not until(lambda: False, seconds=0)

    def test_asks_again_until_it_holds(self):
        answers = iter([False, False, True])
        assert until(lambda: next(answers), seconds=10)

    def test_lets_an_error_of_the_condition_through(self):
        with pytest.raises(ZeroDivisionError):
            until(lambda: bool(1 / 0), seconds=10)


class TestStopping:
    def test_nothing_happens_until_it_is_asked_for(self):
        StopRequest().check()

    @pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_is_noticed_at_the_next_look(self, signum: signal.Signals):
        before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        request = StopRequest()
        try:
            request.listen()
            signal.raise_signal(signum)
            assert request.requested
            with pytest.raises(Stopped):
                request.check()
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


class TestStaticFiles:
    @pytest.fixture
    def repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(static_files, "REPOSITORY", tmp_path)
        (tmp_path / "requirements.txt").write_text("django==5\n")
        folder = tmp_path / "billing" / "static" / "ch"
        folder.mkdir(parents=True)
        (folder / "app.css").write_text("a {}")
        return tmp_path

    def test_without_a_change_they_are_the_same(self, repository: Path):
        assert static_files.fingerprint() == static_files.fingerprint()

    @pytest.mark.parametrize(
        "path", ["requirements.txt", "billing/static/ch/app.css", "billing/static/ch/new.js", "usage/static/x.css"]
    )
    def test_something_new_is_noticed(self, repository: Path, path: str):
        before = static_files.fingerprint()
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text("something else")
        assert static_files.fingerprint() != before

    @pytest.mark.parametrize("path", ["billing/models.py", "tests/static/x.css", "var/static/x.css"])
    def test_what_is_not_collected_does_not_count(self, repository: Path, path: str):
        before = static_files.fingerprint()
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text("something else")
        assert static_files.fingerprint() == before
