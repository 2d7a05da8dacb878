"""Ring a worker's doorbell: enqueue a task by name, after the commit.

The tables are the queues. A doorbell that cannot be rung is counted and forgotten; the sweep finds the work.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from prometheus_client import Counter

logger = structlog.get_logger(__name__)
failed_doorbells = Counter("doorbell_failures_total", "Tasks that could not be handed to the broker", ["task"])


def enqueue(task: str, *, after: timedelta = timedelta(0), **arguments: Any) -> None:
    """Send the task once the open transaction has committed; at once where none is open.

    `after` is for seconds: a worker holds the task in its memory until then.
    """
    # no partial: where it fails, Django asks for its name
    transaction.on_commit(lambda: _ring(task, after, arguments), robust=True)


def _ring(task: str, after: timedelta, arguments: dict[str, Any]) -> None:
    send: Callable[..., object] = current_app.send_task
    delay = {"countdown": after.total_seconds()} if after else {}
    try:
        _twice(partial(send, task, kwargs=arguments, ignore_result=True, **delay))
    except Exception:
        failed_doorbells.labels(task).inc()
        logger.warning("doorbell_failed", task=task, exc_info=True)


def _twice(send: Callable[[], object]) -> None:
    """The first publish after PostgreSQL restarted fails in kombu's pgmq transport; the second goes through."""
    try:
        send()
    except Exception:
        logger.info("doorbell_retried", exc_info=True)
        send()
