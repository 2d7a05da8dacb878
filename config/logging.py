"""Logs: one JSON object a line in production, columns for people where DEBUG is on.

Every line, our own and the libraries', passes the same chain and is redacted last, tracebacks included.
"""

import logging
import sys
from typing import Any

import structlog
from celery import current_task
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

from audit.context import current, current_tenant
from audit.redaction import redact_field
from config.addresses import path_of

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# Libraries whose INFO lines repeat ours, or carry the bodies of requests
QUIET = ("axes", "stripe", "urllib3", "kombu", "pgmq", "django.server", "django.db.backends", "psycopg.pool")


def add_context(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Who acts, in which request or task, for which organization: from `audit.context`."""
    context = current()
    organization_id = current_tenant() or context.organization_id
    if context.request_id:
        event["request_id"] = context.request_id
    event["actor"] = f"{context.actor.kind}:{context.actor.id}"
    if organization_id is not None:
        event["organization_id"] = organization_id
    if current_task:
        event["task"], event["task_id"] = current_task.name, current_task.request.id
    return event


def drop_arguments(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Celery adds the arguments of a task that failed, and the body of a message that it does not understand."""
    if str(event.get("logger", "")).startswith("celery"):
        event.pop("data", None)
        event["event"] = str(event["event"]).partition("The full contents of the message")[0]
    return event


class WithoutAddresses(logging.Filter):
    """Django's own lines about requests repeat `request_finished` and `request_failed`, and hold whatever was typed
    into the address. The repetitions are dropped; in what is left, the address is written as `path_of` writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest):
            return True
        if record.name == "django.request" and _is_told_already(request, record):
            return False
        path = path_of(request)
        record.request = f"{request.method} {path}"
        if isinstance(record.args, tuple):
            record.args = tuple(path if each == request.path else each for each in record.args)
        return True


def _is_told_already(request: HttpRequest, record: logging.LogRecord) -> bool:
    refused = getattr(record, "status_code", 500) < 500
    return refused or not record.exc_info or hasattr(request, "_raised_exception")


def redact_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _kept(name, value) for name, value in event.items()}


def _kept(name: str, value: Any) -> Any:
    return value if name.startswith("_") else redact_field(name, value)  # structlog's own fields


# For our own lines and the libraries' alike
_CHAIN: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    add_context,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    drop_arguments,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,  # plain: a traceback with local variables would show secrets
    structlog.processors.UnicodeDecoder(),
)


def configure(*, debug: bool, level: str) -> dict[str, Any]:
    """Set up structlog and return Django's LOGGING.

    Raises ImproperlyConfigured for a level that there is not.
    """
    if level not in LEVELS:
        raise ImproperlyConfigured(f"LOG_LEVEL is {level!r}; write one of {', '.join(LEVELS)}.")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_CHAIN,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return _logging(renderer=_console() if debug else structlog.processors.JSONRenderer(), level=level)


def _quiet(level: str) -> int:
    return max(logging.WARNING, logging.getLevelNamesMapping()[level])


def _console() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=36
    )


def _logging(*, renderer: Processor, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_CHAIN],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    redact_event,
                    renderer,
                ],
            }
        },
        "filters": {"without_addresses": {"()": WithoutAddresses}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["without_addresses"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # else Django's own handlers would repeat each line
            **{name: {"handlers": [], "propagate": True, "level": _quiet(level)} for name in QUIET},
        },
    }
