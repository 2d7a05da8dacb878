import os
import socket
from pathlib import Path

import pytest

from deploy.embedded.lock import Held, Lock, holder_of, is_held
from deploy.embedded.ports import LOOPBACK, free_port, is_free
from tests.embedded.conftest import new_cluster


def test_a_second_start_is_told_who_has_it(tmp_path: Path):
    with new_cluster(tmp_path), pytest.raises(Held) as refused:
        new_cluster(tmp_path).start()
    assert refused.value.holder["pid"] == os.getpid()


def test_the_port_stays_the_same(tmp_path: Path):
    with new_cluster(tmp_path) as first:
        port = first.address.port
    with new_cluster(tmp_path) as second:
        assert second.address.port == port


def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path):
    with new_cluster(tmp_path) as first:
        port = first.address.port
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((LOOPBACK, port))
        stranger.listen()
        with new_cluster(tmp_path) as second:
            assert second.address.port != port


def test_a_port_with_a_listener_is_not_free():
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])
    assert is_free(free_port())


def test_a_lock_says_who_holds_it_and_ends_with_its_holder(tmp_path: Path):
    lock = Lock(tmp_path / "lock")
    lock.acquire(command="run")
    assert is_held(lock.path)
    lock.describe(command="run", url="http://localhost:1")
    assert holder_of(lock.path) == {"pid": os.getpid(), "command": "run", "url": "http://localhost:1"}
    lock.release()
    assert not is_held(lock.path)
    with pytest.raises(RuntimeError, match="not held"):
        lock.describe()
