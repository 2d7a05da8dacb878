"""The environment of the test run, set before Django reads it: a pytest plugin (see addopts in pyproject.toml).

The first process starts the PostgreSQL server of `deploy.embedded.testing`; xdist's workers find it by the
environment, and each has a database of its own.
"""

import os
from contextlib import ExitStack
from pathlib import Path

from deploy.embedded.testing import test_server

BASE = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"test_{WORKER}"

_stack = ExitStack()
server = _stack.enter_context(test_server(in_memory="COUNTINGHOUSE_TEST_MEMORY" in os.environ))

STATIC = BASE / "var" / "test-static"
STATIC.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none

FIXED = {
    "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
    "DEBUG": "false",
    "ENVIRONMENT": "test",
    "HTTPS_ONLY": "false",
    "STATIC_MANIFEST": "false",
    "STATIC_ROOT": str(STATIC),
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DATABASE_URL": server.dsn("app_rw", DATABASE),
    "DIRECT_URL": server.dsn("app_owner", DATABASE),
    "CELERY_BROKER_URL": "memory://",
    "CACHE_URL": "dbcache://cache",
    "EMAIL_URL": "memorymail://",
    "STRIPE_SECRET_KEY": "sk_test_" + "0123456789abcdef01234567",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_" + "0123456789abcdef01234567",
    "STRIPE_WEBHOOK_SECRET": "whsec_tests",
    "STRIPE_API_BASE": "http://127.0.0.1:9",  # the discard port: a test that calls Stripe asks for the sandbox
    "ENCRYPTION_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "STAFF_MFA_REQUIRED": "false",
    "LOG_LEVEL": "WARNING",
}
os.environ.update(FIXED)


def pytest_unconfigure() -> None:
    _stack.close()
