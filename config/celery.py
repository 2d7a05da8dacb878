"""The Celery application of worker and beat: `celery -A config.celery worker`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.core.exceptions import ImproperlyConfigured
from kombu.transport import TRANSPORT_ALIASES

from audit.serving import guard_connections
from config.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "config.redis_broker:Transport")
app = Celery("countinghouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def refuse_power(**_: Any) -> None:
    """Celery only logs what its receivers raise, but for an exit."""
    try:
        guard_connections()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@worker_process_init.connect
def settle_down(**_: Any) -> None:
    """Of each process that carries out tasks."""
    settle()
