"""Each environment variable that the settings read is named in docs/configuration.md and in .env.example."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, parsed

READERS = {"amounts", "text", "flag", "integer", "words"}

# Of the public contract
PROMISED = """
    SECRET_KEY DEBUG ALLOWED_HOSTS DATABASE_URL DIRECT_URL CELERY_BROKER_URL CACHE_URL STRIPE_SECRET_KEY
    STRIPE_PUBLISHABLE_KEY STRIPE_WEBHOOK_SECRET STRIPE_API_BASE STRIPE_API_VERSION EMAIL_URL DEFAULT_FROM_EMAIL
    SENTRY_DSN ENCRYPTION_KEY BILLING_ENABLED ACCEPT_NEW_PAYMENTS PAYMENT_MAINTENANCE SECURITY_HEADERS_ENABLED
    CSP_ENABLED RATE_LIMIT_ENABLED RATE_LIMIT_REQUESTS RATE_LIMIT_WINDOW BILLING_CACHE_TTL CACHE_MAX_AGE
    ENVIRONMENT LOG_LEVEL RELEASE
""".split()


def variables(path: Path) -> set[str]:
    """The names in calls of `env.text("NAME")` and its like."""
    return {
        node.args[0].value
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS
        if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        if node.args[0].value.isupper()
    }


def all_variables() -> set[str]:
    """Of the settings and of the parts that they are put together from."""
    return set().union(*(variables(path) for path in sorted((ROOT / "config").glob("*.py"))))


def unnamed(names: set[str], text: str) -> list[str]:
    return sorted(name for name in names if not re.search(rf"\b{name}\b", text))


@pytest.mark.parametrize("page", ["docs/configuration.md", ".env.example"])
def test_each_page_names_all(page):
    assert unnamed(all_variables(), (ROOT / page).read_text(encoding="utf-8")) == []


def test_what_was_promised_is_read():
    assert set(PROMISED) - all_variables() == set()


def test_a_variable_that_is_not_named_is_found(tmp_path):
    planted = tmp_path / "settings.py"
    planted.write_text(
        'A = env.text("A_URL")\nB = env.flag("A_URL_TOO", False)\nC = {}.get("NOT_READ")\n', encoding="utf-8"
    )
    assert unnamed(variables(planted), "`A_URL` is named") == ["A_URL_TOO"]
