"""Read by gunicorn from the folder that it is started in; the command line wins.

Each worker process counts for itself. They write to one folder, so that `GET /metrics` shows the sum.
"""

import atexit
import os
import re
import shutil
import tempfile
from typing import Any

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="countinghouse-metrics-")
    _arbiter = os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder
    atexit.register(lambda: os.getpid() == _arbiter and shutil.rmtree(_folder, ignore_errors=True))

from gunicorn.glogging import Logger
from prometheus_client import multiprocess

# Should an access log be asked for. Addresses are in the line `request_finished` with the same request id, without
# what persons typed into them; here they would be as they came.
access_log_format = "%(t)s %(h)s %(m)s %(s)s %(b)s %(L)s %({x-request-id}o)s"


class WithoutWhatWasSent(Logger):
    """gunicorn quotes what it could not read. That may be a key whose header lacks its colon."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().warning(re.split("['\"]", str(msg), maxsplit=1)[0], *args, **kwargs)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super().exception(msg, *(str(each).partition("?")[0] for each in args), **kwargs)


logger_class = WithoutWhatWasSent


def child_exit(server: Any, worker: Any) -> None:
    """What a gauge of a process that is gone says is gone too."""
    multiprocess.mark_process_dead(worker.pid)
