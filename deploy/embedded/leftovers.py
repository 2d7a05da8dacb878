"""What a PostgreSQL that was killed leaves in its data folder."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from deploy.embedded.failure import CannotStart
from deploy.embedded.process_identity import working_in
from deploy.embedded.waiting import until

_SIGNALS = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0))


def clear(data: Path) -> None:
    """End server processes that outlived their launcher, then drop a pid file that names nobody of theirs.

    Call it with the cluster's lock held: then whoever works in the folder has lost its launcher. The pid file
    goes only when nobody is left there: PostgreSQL would take any living process with that number, of the same
    account, for its own and refuse to start for ever; and while an old backend lives the file must stay.
    """
    for signum, seconds in _SIGNALS:
        for pid in working_in(data):
            with suppress(ProcessLookupError):
                os.kill(pid, signum)
        if until(lambda: not any(working_in(data)), seconds=seconds):
            break
    else:
        raise CannotStart(f"An earlier PostgreSQL does not end: processes {sorted(working_in(data))} use {data}.")
    if Path("/proc").is_dir():
        (data / "postmaster.pid").unlink(missing_ok=True)
