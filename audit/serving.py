"""What serves requests or works for them must be bound by row-level security, or it does not start.

A superuser and the tables' owner pass it by, or could: one wrong DATABASE_URL would show every customer everybody's
rows without any error. So each new connection of a serving process is looked at before its first query.
"""

from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from audit.checks import Connected, look_at

logger = structlog.get_logger(__name__)


def guard_connections() -> None:
    """Refuse connections with too much power in this process from now on, and look at one at once.

    Raises ImproperlyConfigured. A database that is away is no reason: health tells of it, and the connection is
    looked at when it comes. With DEBUG anything goes.
    """
    connection_created.connect(refuse_power, dispatch_uid="audit.serving")
    connection.close()  # one that was opened before nobody has looked at
    try:
        connection.ensure_connection()
    except OperationalError as error:
        logger.warning("database_unreachable_at_start", error=str(error))
    finally:
        connection.close()


def refuse_power(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of Django's `connection_created`."""
    reason = "" if settings.DEBUG else why_refused(look_at(connection))
    if reason:
        connection.close()
        raise ImproperlyConfigured(reason)


def why_refused(connected: Connected) -> str:
    """What is wrong with serving by this connection, empty where nothing is."""
    remedy = "Use app_rw in DATABASE_URL (docs/configuration.md, the database's roles)."
    if connected.powerful:
        return f"DATABASE_URL connects as {connected.user}, whom row-level security does not bind. {remedy}"
    if connected.owns_tables:
        return f"DATABASE_URL connects as {connected.user}, who owns the tables and could lift row security. {remedy}"
    if not connected.may_become_customer:
        return f"DATABASE_URL connects as {connected.user}, who may not become app_customer. {remedy}"
    return ""
