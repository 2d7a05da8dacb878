"""Name a folder to a program of another account that may not walk the path to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.account import Account


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """`name` for the command line, valid in a child that inherits `descriptors`."""

    name: str
    descriptors: tuple[int, ...] = ()


@contextmanager
def open_folder(path: Path, account: Account) -> Iterator[NamedFolder]:
    """The folder as an open descriptor where the account changes, else simply its path.

    Root opens the folder and the child reaches it as /proc/self/fd/N: the kernel does not look at the parents
    again, so a cluster below a closed folder works and nobody's permissions are loosened.
    """
    if not account.changes:
        yield NamedFolder(str(path))
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield NamedFolder(f"/proc/self/fd/{descriptor}", (descriptor,))
    finally:
        os.close(descriptor)
