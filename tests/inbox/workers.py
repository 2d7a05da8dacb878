"""Workers that begin in the same moment, in threads with connections of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from billing.inbox.process import Tally, process_due


def work_together(workers: int = 4) -> list[Tally]:
    start = threading.Barrier(workers)

    def work(_: int) -> Tally:
        try:
            start.wait(30)
            return process_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, range(workers)))
