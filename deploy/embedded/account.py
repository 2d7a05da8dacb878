"""The account that PostgreSQL runs as. The server refuses to run as root."""

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.failure import CannotStart

CHILD = Path(__file__).with_name("child.py")
# Bits of CapEff: change owner, change group, change user
_NEEDED = {0: "CAP_CHOWN", 6: "CAP_SETGID", 7: "CAP_SETUID"}


@dataclass(frozen=True, slots=True)
class Account:
    """`uid` and `gid` to change to, or None of both where this process is not root and stays who it is."""

    uid: int | None = None
    gid: int | None = None

    @property
    def changes(self) -> bool:
        return self.uid is not None

    def command(self, words: list[str], *, dies_by: int | None = None) -> list[str]:
        """The command run as this account; it gets signal `dies_by` when the calling process ends."""
        who = f"{self.uid}:{self.gid}" if self.changes else "-"
        return [sys.executable, "-I", "-S", str(CHILD), who, str(dies_by or "-"), *words]

    def own(self, target: int | Path) -> None:
        """Hand a file, folder or open descriptor to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(target, self.uid, self.gid)


def account_for_postgres() -> Account:
    """As root: `COUNTINGHOUSE_PG_USER`, else `postgres`, else `nobody`. The account must have a name: initdb
    refuses a bare number. Raises CannotStart where root may not change accounts (some containers)."""
    if os.geteuid() != 0:
        return Account()
    _refuse_lame_root()
    wanted = os.environ.get("COUNTINGHOUSE_PG_USER")
    for name in [wanted] if wanted else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root and no other account was found. "
        "Set COUNTINGHOUSE_PG_USER to an unprivileged account, or DATABASE_URL to a server of your own."
    )


def _refuse_lame_root() -> None:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        raise CannotStart("As root the embedded PostgreSQL runs on Linux only: use an ordinary account.") from None
    capabilities = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:"))
    missing = [name for bit, name in _NEEDED.items() if not capabilities >> bit & 1]
    if missing:
        raise CannotStart(
            f"PostgreSQL does not run as root, and this root may not change accounts ({', '.join(missing)} missing). "
            "Run as an ordinary account, or set DATABASE_URL to a server of your own."
        )
