"""A folder for a cluster that lives as long as its run; in memory, where the machine has room there."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a folder of its own in it
ROOM = 2 * 1024**3
PREFIX = "countinghouse-test-"
ABANDONED = 600
"""Seconds after which a folder without a running server is nobody's."""


def memory() -> Path | None:
    """Where there is room for a cluster and its clones; None where the machine has no such place."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


@contextmanager
def folder() -> Iterator[Path]:
    """Removed at the end. What runs that were killed left in memory is removed at the beginning."""
    place = memory()
    if place is not None:
        _sweep(place)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place) as name:
        yield Path(name)


def _sweep(place: Path) -> None:
    for one in place.glob(f"{PREFIX}*"):
        if time.time() - one.stat().st_mtime > ABANDONED and not _is_served(one):
            shutil.rmtree(one, ignore_errors=True)


def _is_served(one: Path) -> bool:
    try:
        pid = (one / "pg" / "postmaster.pid").read_text().splitlines()[0]
    except (OSError, IndexError):
        return False
    return Path("/proc", pid).exists()
