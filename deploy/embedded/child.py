"""Run as a script between fork and exec: give up root, follow the parent into death, then become the command.

    python -I -S child.py USER:GROUP|- SIGNAL|- COMMAND...

`subprocess` could do both (`user=`, `preexec_fn=`), but code between fork and exec is unsafe once the parent has
threads, and the interpreter of a closed folder could not be started by the lesser account. Here Python is
loaded as root, and only the command runs as the other account. The kernel's parent-death signal survives exec,
and is cleared by a change of account: so it is set last.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(account: str) -> None:
    uid, gid = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with_parent(signum: int, parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew of our wish
        sys.exit(1)


if __name__ == "__main__":
    account, signum, *command = sys.argv[1:]
    parent = os.getppid()
    if account != "-":
        become(account)
    if signum != "-":
        die_with_parent(int(signum), parent)
    os.execv(command[0], command)  # noqa: S606 - a list of our own words; there is no shell
