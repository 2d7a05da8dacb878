"""An installation of the benchmark's own: a throw-away database, a sandbox, and the product's web server."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.db import connection

from deploy.embedded.testing import test_server
from tests.flows.processes import BASE, Processes
from tests.sandbox.running import running_sandbox

KEY = "sk_test_0123456789abcdef01234567"
WEBHOOK_SECRET = "whsec_benchmark"


@contextmanager
def installation() -> Iterator[str]:
    """Yields the web server's base URL. Django in this process works on the same database."""
    with ExitStack() as stack:
        server = stack.enter_context(test_server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countinghouse-bench-")))
        database = f"test_bench_{os.getpid()}"
        server.create(database)
        stack.callback(server.drop, database)
        variables = {
            "SECRET_KEY": "only-for-benchmarks-" + "0123456789abcdef" * 4,
            "ENCRYPTION_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            "DEBUG": "false",
            "ENVIRONMENT": "benchmark",
            "HTTPS_ONLY": "false",
            "STATIC_MANIFEST": "false",
            "STATIC_ROOT": str(folder / "static"),
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "LOG_LEVEL": "WARNING",  # the product's lines would slow the limits as much, and flatter the ratios
            "RATE_LIMIT_ENABLED": "false",
            "STAFF_MFA_REQUIRED": "false",
            "DATABASE_URL": server.dsn("app_rw", database),
            "DIRECT_URL": server.dsn("app_owner", database),
            "CELERY_BROKER_URL": server.dsn("app_broker", database, "pgmq"),
            "CACHE_URL": "dbcache://cache",
            "EMAIL_URL": "memorymail://",
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": stack.enter_context(running_sandbox(folder / "sandbox.sqlite")),
            "DJANGO_SETTINGS_MODULE": "bench.overlay.settings",
        }
        (folder / "static").mkdir()
        os.environ.update(variables)
        _prepare(server.dsn("app_owner", database))
        django.setup()
        stack.callback(connection.close)
        processes = Processes(folder, variables)
        stack.callback(processes.stop)
        yield processes.web(settings="bench.overlay.settings")


def _prepare(owner: str) -> None:
    environment = {**os.environ, "COUNTINGHOUSE_DATABASE_ROLE": "owner", "DATABASE_URL": owner}
    command = [sys.executable, "manage.py", "prepare_installation"]
    subprocess.run(command, cwd=BASE, env=environment, check=True, capture_output=True)
