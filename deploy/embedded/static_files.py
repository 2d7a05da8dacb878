"""Collect static files only when there is something new: it takes seconds, and a start should not."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from deploy.embedded.home import REPOSITORY

_APPS = ("audit", "billing", "usage", "analytics", "config", "templates")


def fingerprint() -> str:
    """Changes with the installed packages (the lock) and with our own static files."""
    digest = hashlib.sha256((REPOSITORY / "requirements.txt").read_bytes())
    for path in sorted(_own_files()):
        status = path.stat()
        digest.update(f"{path.relative_to(REPOSITORY)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _own_files() -> Iterator[Path]:
    for app in _APPS:
        for folder in (REPOSITORY / app).rglob("static"):
            yield from (path for path in folder.rglob("*") if path.is_file())
