from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.actor import Actor
from billing.models import Organization
from billing.services import catalog, organizations
from tests.environment import server
from tests.factories import api_key
from tests.flows.arrivals import send_events_to
from tests.flows.processes import Processes
from tests.flows.redis_server import PROGRAM, RedisServer
from tests.flows.visitor import Visitor


@pytest.fixture
def processes(
    committing: str, database_urls: Callable[[str], str], sandbox: str, tmp_path: Path
) -> Iterator[Processes]:
    """Processes on the test's own database, with the broker on it, at the test's own sandbox."""
    static = tmp_path / "static"
    static.mkdir()
    running = Processes(
        tmp_path,
        {
            "DATABASE_URL": database_urls("app_rw"),
            "DIRECT_URL": database_urls("app_owner"),
            "CELERY_BROKER_URL": server.dsn("app_broker", committing, "pgmq"),
            "STRIPE_API_BASE": sandbox,
            "STATIC_ROOT": str(static),
            "LOG_LEVEL": "INFO",
        },
    )
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def web(processes: Processes, sandbox: str) -> str:
    """The web server's base URL; the sandbox delivers its events there."""
    base = processes.web()
    send_events_to(base, sandbox)
    return base


@pytest.fixture
def redis(processes: Processes, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, running; whatever the test itself starts has it as its broker (the fixture `web` may
    have been started before)."""
    if not PROGRAM:
        pytest.skip("there is no redis-server on this machine: a broker that is killed is not tested")
    server = RedisServer(tmp_path / "redis")
    server.start()
    processes.environment = {**processes.environment, "CELERY_BROKER_URL": server.url}
    try:
        yield server
    finally:
        processes.stop()
        server.kill()


@pytest.fixture
def organization(web: str, by: Actor) -> Organization:
    """A customer of the published catalog."""
    list(catalog.publish(catalog.shipped_catalog(), by=by))
    return organizations.register(name="Acme Widgets", email="billing@acme.example", by=by)


@pytest.fixture
def customer(web: str, organization: Organization) -> Visitor:
    """The organization's own program."""
    return Visitor(web, api_key(organization, "billing:read", "billing:write"))
