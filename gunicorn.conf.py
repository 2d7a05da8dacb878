"""Read by gunicorn from the folder that it is started in; the command line wins.

Each worker process counts for itself. They write to one folder, so that `GET /metrics` shows the sum.
"""

import atexit
import os
import shutil
import tempfile
from typing import Any

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="countinghouse-metrics-")
    _arbiter = os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder
    atexit.register(lambda: os.getpid() == _arbiter and shutil.rmtree(_folder, ignore_errors=True))

from prometheus_client import multiprocess


def child_exit(server: Any, worker: Any) -> None:
    """What a gauge of a process that is gone says is gone too."""
    multiprocess.mark_process_dead(worker.pid)
