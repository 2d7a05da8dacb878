"""`make manage`: one management command in the installation's environment, beside a running one or alone."""

import signal
import subprocess
from contextlib import ExitStack

from rich.console import Console

from deploy.embedded import commands, environment, ground
from deploy.embedded.failure import CannotStart
from deploy.embedded.given import Given
from deploy.embedded.home import REPOSITORY, Home
from deploy.embedded.installation import Installation
from deploy.embedded.lock import Held, Lock, holder_of
from deploy.embedded.processes import end_orphans
from deploy.embedded.progress import Progress
from deploy.embedded.session import new_session
from deploy.embedded.waiting import until

_WAIT_SECONDS = 600.0
# They change tables, which the ordinary role does not own
_OWNER_COMMANDS = {"createcachetable", "migrate", "prepare_installation", "sqlflush", "dbshell"}


def manage(home: Home, port: int, words: list[str]) -> int:
    """Run `manage.py` with the words; returns its exit status. Raises CannotStart.

    Beside `make run` it uses that one's servers. Alone it brings up database and sandbox for the command.
    What it says itself goes to the error output: a command's own output may be read by a program.
    """
    home.create()
    lock = Lock(home.lock)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not until(lambda: _acquired(lock) or _can_join(home), seconds=_WAIT_SECONDS):
        raise CannotStart(f"Process {holder_of(home.lock).get('pid')} has used {home.path} for ten minutes: give up.")
    if not lock.held:
        known = Installation(home.installation).recall(ground.ENVIRONMENT) or {}
        return _call(words, environment.completed(Given.from_environment(), known))
    with ExitStack() as stack:
        stack.callback(lock.release)
        session = new_session(home, stack, port, Progress(console))
        end_orphans(session.processes.record)
        session.stop.listen()
        ground.bring_up(session)
        session.stop.check()
        return _call(words, session.environment)


def _acquired(lock: Lock) -> bool:
    try:
        lock.acquire(command="manage")
    except Held:
        return False
    return True


def _can_join(home: Home) -> bool:
    """Whether the holder is a `make run` whose servers are up. Another `make manage` stops its own at its end."""
    return bool(holder_of(home.lock).get("ground"))


def _call(words: list[str], variables: environment.Variables) -> int:
    """The command has our terminal, so Ctrl-C reaches it directly: we wait for what it makes of it."""
    role = "owner" if words and words[0] in _OWNER_COMMANDS else "rw"
    process = subprocess.Popen(
        commands.manage(*words), cwd=REPOSITORY, env={"COUNTINGHOUSE_DATABASE_ROLE": role, **variables}
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda signum, frame: process.send_signal(signum))
    return process.wait()
