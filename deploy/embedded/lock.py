"""One process at a time: a lock that the kernel frees with its holder, and that says who holds it."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any, TextIO


class Held(RuntimeError):
    """Another process holds the lock. `holder` is what it wrote about itself, at least its `pid`."""

    def __init__(self, path: Path, holder: dict[str, Any]) -> None:
        super().__init__(f"{path} is held by process {holder.get('pid', 'unknown')}")
        self.holder = holder


class Lock:
    """An advisory lock on a file. The file stays: removing it would let two holders in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._file is not None

    def acquire(self, **about: Any) -> None:
        """Take the lock or raise Held at once. `about` is for whoever finds it held."""
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Held(self.path, holder_of(self.path)) from None
        self._file = file
        self.describe(**about)

    def describe(self, **about: Any) -> None:
        """Replace what is said about the holder. Only the holder may call it."""
        if self._file is None:
            raise RuntimeError(f"{self.path} is not held by this process")
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), **about}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give the lock back; harmless where it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None


def holder_of(path: Path) -> dict[str, Any]:
    """What the last holder wrote; empty where nothing can be read. It may be gone already."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
