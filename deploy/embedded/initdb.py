"""Create a cluster: the folder that PostgreSQL keeps its data in."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.embedded.account import Account
from deploy.embedded.data_folder import open_folder
from deploy.embedded.failure import CannotStart

SUPERUSER = "postgres"
# Without a locale the cluster would be SQL_ASCII. The builtin locale knows Unicode and needs nothing of the
# system; it orders by code point, so no query may rely on the order of text.
_LOCALE = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def create(data: Path, *, programs: Path, account: Account, password: str, durable: bool) -> None:
    """Make the cluster, with `password` for its superuser. Either the whole folder appears, or none.

    `durable=False` leaves out the flush to disk. Raises CannotStart with initdb's own words.
    """
    unfinished = data.with_name(f"{data.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)  # of a start that was killed
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    with open_folder(unfinished, account) as folder, _readable_once(password, account) as secret:
        words = [str(programs / "initdb"), "-D", folder.name, "-U", SUPERUSER, "-A", "scram-sha-256", *_LOCALE]
        words += [f"--pwfile=/dev/fd/{secret.fileno()}", "--no-instructions", *([] if durable else ["--no-sync"])]
        done = subprocess.run(
            account.command(words),
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
            pass_fds=[*folder.descriptors, secret.fileno()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise CannotStart(f"initdb could not make {data}:\n{(done.stderr or done.stdout).strip()}")
    unfinished.rename(data)


def _readable_once(password: str, account: Account):  # type: ignore[no-untyped-def]
    """The reading end of a pipe that holds the password: no file with it ever exists."""
    reading, writing = os.pipe()
    account.own(reading)
    with os.fdopen(writing, "w") as pipe:
        pipe.write(f"{password}\n")
    return os.fdopen(reading)
