"""What this installation runs with."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import BaseCommand, CommandParser

_PREFIX = re.compile(r"(?:sk|rk|pk)_(?:live|test)_|whsec_")
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*(@)")

# Variable -> Django setting, where the names differ
RENAMED = {
    "CACHE_MAX_AGE": "CACHES.default.TIMEOUT",
    "COUNTINGHOUSE_DATABASE_ROLE": "DATABASE_ROLE",
    "CSP_ENABLED": "CONTENT_SECURITY_POLICY",
    "DATABASE_CONN_MAX_AGE": "DATABASES.default.CONN_MAX_AGE",
    "ENCRYPTION_KEY": "ENCRYPTION_KEYS",
    "STRIPE_WEBHOOK_SECRET": "STRIPE_WEBHOOK_SECRETS",
    "BEHIND_PROXY": "SECURE_PROXY_SSL_HEADER",
    "STATIC_MANIFEST": "STORAGES.staticfiles.BACKEND",
    "NUM_PROXIES": "REST_FRAMEWORK.NUM_PROXIES",
    "LOCKOUT_FAILURES": "AXES_FAILURE_LIMIT",
    "LOCKOUT_SECONDS": "AXES_COOLOFF_TIME",
}
PLAIN = """
    ENVIRONMENT RELEASE DEBUG ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS HTTPS_ONLY BEHIND_PROXY NUM_PROXIES
    COUNTINGHOUSE_DATABASE_ROLE DATABASE_CONN_MAX_AGE CACHE_MAX_AGE BILLING_CACHE_TTL DEFAULT_FROM_EMAIL
    REPORTING_TIME_ZONE REPORTING_CURRENCY SECURITY_HEADERS_ENABLED CSP_ENABLED STAFF_MFA_REQUIRED
    STATIC_ROOT STATIC_MANIFEST STRIPE_API_BASE STRIPE_API_VERSION STRIPE_TIMEOUT_SECONDS
    STRIPE_BULK_TIMEOUT_SECONDS STRIPE_REQUESTS_PER_SECOND BILLING_ENABLED ACCEPT_NEW_PAYMENTS
    PAYMENT_MAINTENANCE RATE_LIMIT_ENABLED
    RATE_LIMIT_REQUESTS RATE_LIMIT_WINDOW RATE_LIMIT_USAGE_REQUESTS LOG_LEVEL LOCKOUT_FAILURES LOCKOUT_SECONDS
    SESSION_IDLE_SECONDS SESSION_MAX_SECONDS SESSIONS_PER_PERSON STEP_UP_SECONDS
    APPROVAL_LIMIT_SUPPORT APPROVAL_LIMIT_FINANCE APPROVAL_LIMIT_SUPERADMIN APPROVAL_LIMIT_API
""".split()
FLAGS = {"CSP_ENABLED", "BEHIND_PROXY"}
URLS = "AUDIT_ANCHOR_URL DATABASE_URL DIRECT_URL CELERY_BROKER_URL CACHE_URL EMAIL_URL".split()
SECRETS = """
    SECRET_KEY ENCRYPTION_KEY AUDIT_SIGNING_KEY STRIPE_SECRET_KEY STRIPE_PUBLISHABLE_KEY STRIPE_WEBHOOK_SECRET
    SENTRY_DSN
""".split()


class Command(BaseCommand):
    help = (
        "Show the configuration that is in effect, secrets as set or missing, and what the system checks say of it. "
        "Exits with 1 where a check finds an error."
    )
    requires_system_checks = ()  # it shows what they say beside what they are about

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print it as JSON")
        parser.add_argument("--database", action="store_true", help="run the checks of the database too")

    def handle(self, *args: Any, **options: Any) -> None:
        messages = checks.run_checks(databases=["default"] if options["database"] else None)
        problems = [message for message in messages if not message.is_silenced()]
        report = {"settings": effective(), "problems": [_problem(message) for message in problems]}
        self.stdout.write(json.dumps(report) if options["json"] else _text(report))
        if any(message.is_serious() for message in problems):
            raise SystemExit(1)


def effective() -> dict[str, Any]:
    """Every variable of docs/configuration.md with its value, as far as it may be shown."""
    groups: tuple[tuple[list[str], Callable[[Any], Any]], ...] = (
        (PLAIN, _shown),
        (URLS, without_password),
        (SECRETS, redacted),
    )
    return {name: show(_value(name)) for names, show in groups for name in sorted(names)}


def _value(variable: str) -> Any:
    value: Any = settings
    for step in RENAMED.get(variable, variable).split("."):
        value = value[step] if isinstance(value, dict) else getattr(value, step)
    return value is not None if variable in FLAGS else value


def _shown(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | list) else str(value)


def without_password(url: str) -> str:
    return _PASSWORD.sub(r"\1…\2", url)


def redacted(value: str | list[str]) -> str:
    """`set`, with the prefix that tells the kind and mode of a key of Stripe's, or `missing`."""
    values = [value] if isinstance(value, str) else value
    kinds = [match.group() if (match := _PREFIX.match(each)) else "" for each in values if each]
    return ", ".join(f"set ({kind}…)" if kind else "set" for kind in kinds) or "missing"


def _problem(message: checks.CheckMessage) -> dict[str, Any]:
    level = "error" if message.is_serious() else "warning" if message.level >= checks.WARNING else "info"
    return {"id": message.id, "level": level, "message": message.msg, "hint": message.hint}


def _text(report: dict[str, Any]) -> str:
    width = max(map(len, report["settings"]))
    lines = [f"{name:<{width}}  {value}" for name, value in report["settings"].items()]
    for problem in report["problems"]:
        lines += ["", f"{problem['level']} {problem['id']}: {problem['message']}", f"    {problem['hint'] or ''}"]
    return "\n".join(lines)
