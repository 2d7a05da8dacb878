"""Make `.venv` and install the locked packages. Run by the system's Python, with its standard library alone.

    python3 -I deploy/virtual_environment.py

Does nothing, at once, when the lock has not changed since. uv installs four times as fast as pip; where it
cannot be had, or pip is configured with an index of its own (which uv would not read), pip does the work. Either
way every file must have a hash of the lock.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "installed"
LOCKED = REPOSITORY / "requirements-dev.txt"
LOCKED_UV = REPOSITORY / "deploy" / "uv.txt"
HOME = Path(os.environ.get("COUNTINGHOUSE_HOME") or REPOSITORY / "var")
LOG = HOME / "log" / "setup.log"
TAIL_LINES = 25


class CannotInstall(RuntimeError):
    """The message says to a person what failed."""


def main() -> int:
    wanted = fingerprint()
    if installed() == wanted:
        return 0
    LOG.parent.mkdir(parents=True, exist_ok=True)
    try:
        with one_at_a_time():
            if installed() != wanted:
                set_up(wanted)
    except CannotInstall as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def fingerprint() -> str:
    """Changes with the lock and with the Python that the environment was made for."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    digest.update(LOCKED.read_bytes())
    return digest.hexdigest()


def installed() -> str:
    """The fingerprint of a complete environment, or nothing."""
    try:
        return STAMP.read_text(encoding="ascii").strip() if PYTHON.exists() else ""
    except OSError:
        return ""


def set_up(wanted: str) -> None:
    started = time.monotonic()
    sys.stdout.write(f"Installing the locked packages into .venv, once (log: {LOG}) …\n")
    sys.stdout.flush()
    STAMP.unlink(missing_ok=True)
    make_environment()
    with LOG.open("w", encoding="utf-8") as log:
        if not (uv_is_worth_trying() and install_with_uv(log)):
            install_with_pip(log)
    STAMP.write_text(f"{wanted}\n", encoding="ascii")
    sys.stdout.write(f"Installed in {time.monotonic() - started:.0f} s.\n")


def make_environment() -> None:
    """A new environment, unless there is one of this Python's version."""
    if version_inside() == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotInstall(
            f"Python could not make a virtual environment: {error}\n"
            "On Debian and Ubuntu it needs the package python3-venv."
        ) from error


def version_inside() -> str:
    command = [str(PYTHON), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def uv_is_worth_trying() -> bool:
    """Not where pip has an index of its own: behind it the public one is often out of reach."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    settings = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return not any(line.split("=")[0].endswith(".index-url") for line in settings.splitlines())


def install_with_uv(log: object) -> bool:
    """True if everything is installed. A failure is no harm: pip tries next.

    The system's certificates are used, as pip does: a company's proxy is known there.
    """
    pip = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCKED_UV)]
    uv = [str(ENVIRONMENT / "bin" / "uv"), "pip", "install", "--system-certs", "--python", str(PYTHON)]
    return call(pip, log) and call([*uv, "--compile-bytecode", "--require-hashes", "-r", str(LOCKED)], log)


def install_with_pip(log: object) -> None:
    if call([str(PYTHON), "-m", "pip", "install", "--require-hashes", "-r", str(LOCKED)], log):
        return
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    raise CannotInstall("\n".join(["The packages could not be installed. The end of the log:", *lines]))


def call(command: list[str], log: object) -> bool:
    done = subprocess.run(command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT, check=False)  # type: ignore[call-overload]
    return bool(done.returncode == 0)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two terminals may start at once: the second waits, and finds the work done."""
    with (HOME / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
