"""A whole installation of real processes on a PostgreSQL and a Redis of its own, any of which can be killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from audit import roles
from deploy.embedded.cluster import Cluster
from deploy.embedded.testing import TestServer
from deploy.embedded.testing_roles import derived_passwords
from sandbox.company.calling import Client
from sandbox.company.history import live
from tests.chaos.controls import KEY, ask
from tests.flows.processes import WORKER, Process, Processes, until
from tests.flows.redis_server import PROGRAM, RedisServer, reachable
from tests.sandbox.running import running_sandbox

DATABASE = "chaos"
SECRET = "whsec_chaos"
WORKERS = 2
OVERDUE = """
UPDATE django_celery_beat_periodictask SET date_changed = date_changed - interval '1 day'
WHERE task = 'billing.sweep_webhooks' RETURNING id
"""
"""A scheduler waits for a whole period after an entry was made, unless that was long ago."""


class Installation:
    """Sandbox, PostgreSQL, Redis (the broker on PostgreSQL where there is no redis-server), web, workers and beat."""

    def __init__(self, folder: Path, sandbox: str) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.cluster = Cluster(folder / "pg", log=folder / "pg.log")
        self.kills: dict[str, int] = {}
        self._redis = RedisServer(folder / "redis") if PROGRAM else None
        self._web_port = 0
        self.web: Process | None = None
        self.beat: Process | None = None
        self.workers: list[Process] = []

    def start(self) -> None:
        self.cluster.start()
        address = self.cluster.address
        self.server = TestServer(address, derived_passwords(address.password))
        roles.install_roles(address.url(), self.server.passwords, createdb=True)
        self.server.create(DATABASE)
        if self._redis:
            self._redis.start()
        self.processes = Processes(self.folder, self._environment())
        owner = self.server.dsn("app_owner", DATABASE)
        self.manage("prepare_installation", COUNTINGHOUSE_DATABASE_ROLE="owner", DATABASE_URL=owner)
        self._start_web()
        self.workers = [self._start_worker() for _ in range(WORKERS)]
        self.read(OVERDUE)
        self.beat = self.processes.beat()
        endpoint = {"url": f"{self.base}/api/v1/webhooks/stripe", "secret": SECRET}
        ask(self.sandbox, "/_sandbox/endpoints", endpoint)

    def _environment(self) -> dict[str, str]:
        static = self.folder / "static"
        static.mkdir()
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
            "ENCRYPTION_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            "ENVIRONMENT": "test",
            "HTTPS_ONLY": "false",
            "STATIC_MANIFEST": "false",
            "ALLOWED_HOSTS": "127.0.0.1",
            "CACHE_URL": "dbcache://cache",
            "EMAIL_URL": "memorymail://",
            "STAFF_MFA_REQUIRED": "false",
            "STRIPE_SECRET_KEY": KEY,
            "DATABASE_URL": self.server.dsn("app_rw", DATABASE),
            "DIRECT_URL": self.server.dsn("app_owner", DATABASE),
            "CELERY_BROKER_URL": self.broker,
            "STRIPE_API_BASE": self.sandbox,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STATIC_ROOT": str(static),
            "LOG_LEVEL": "INFO",
        }

    @property
    def base(self) -> str:
        """Of the web server's addresses."""
        return f"http://127.0.0.1:{self._web_port}"

    @property
    def broker(self) -> str:
        if self._redis:
            return self._redis.url
        return self.server.dsn("app_broker", DATABASE, "pgmq")

    def manage(self, *words: str, may_fail: bool = False, **variables: str) -> str:
        """Run a management command; what it printed. Fails where the command does, unless it may."""
        done = self.processes.manage(*words, **variables)
        assert may_fail or done.returncode in (0, 2), (
            f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr[-3000:]}"
        )
        return done.stdout

    def strike(self, what: str) -> None:
        """SIGKILL, and start it again."""
        getattr(self, f"_strike_{what}")()
        self.kills[what] = self.kills.get(what, 0) + 1

    def _strike_worker(self) -> None:
        oldest = self.workers.pop(0)
        oldest.kill()
        self.workers.append(self._start_worker())

    def _strike_web(self) -> None:
        assert self.web is not None
        self.web.kill()
        self._start_web()

    def _strike_redis(self) -> None:
        """With all that it held: the broker only rings doorbells."""
        if self._redis is not None:
            self._redis.kill()
            self._redis.start()

    def _strike_postgres(self) -> None:
        self.end_postgres(signal.SIGKILL)
        self.start_postgres()

    def end_postgres(self, signum: signal.Signals) -> None:
        """The signal goes to the postmaster alone: SIGQUIT is `pg_ctl stop -m immediate`."""
        pid = self.cluster.pid
        assert pid is not None
        os.kill(pid, signum)
        until(lambda: self.cluster.exit_code() is not None, what="the end of PostgreSQL")
        self.cluster.stop()
        port = self.cluster.address.port
        until(lambda: not reachable(port), what="PostgreSQL's port to be free")

    def start_postgres(self) -> None:
        port = self.cluster.address.port
        self.cluster.start()
        assert self.cluster.address.port == port

    def _start_web(self) -> None:
        """On the port of the first time."""
        base = self.processes.web(port=self._web_port, workers=1)
        self._web_port = urlsplit(base).port or 0
        self.web = self.processes.started[-1]

    def _start_worker(self) -> Process:
        words = [*WORKER, "--loglevel", "WARNING"]
        return self.processes.start("worker", words, PYTHONWARNINGS="ignore")

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement of the superuser's gives, beside the application."""
        address = self.server.address("superuser", DATABASE)
        with psycopg.connect(address.url(), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def stop(self) -> None:
        with suppress(AttributeError):
            self.processes.stop()
        if self._redis is not None:
            self._redis.kill()
        self.cluster.stop()


@contextmanager
def empty_installation(folder: Path, **reset: Any) -> Iterator[Installation]:
    """An installation in which nothing has happened; `reset` is told to its sandbox at the start."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder / "sandbox.sqlite", secret_key=KEY))
        made = Installation(folder, sandbox)
        stack.callback(made.stop)
        ask(sandbox, "/_sandbox/reset", reset)
        made.start()
        yield made


@contextmanager
def installation(folder: Path, *, customers: int, months: int, seed: str) -> Iterator[Installation]:
    """An installation whose Stripe has a company's history; its deliveries are held back."""
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=31 * months)
    began = int(start.timestamp())
    with empty_installation(folder, clock=began, seed=seed) as made:
        ask(made.sandbox, "/_sandbox/deliveries", {"pause": True})
        client = Client(made.sandbox, KEY)
        with closing(client.connection):
            live(client, customers=customers, months=months, seed=seed, start=began, tell=lambda line: None)
        yield made
