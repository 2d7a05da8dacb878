"""The PostgreSQL server of the test suite.

`test_server()` gives, in this order: the server that an outer `test_server()` runs (it tells its child processes,
xdist's workers among them, by an environment variable); the server of the user's `DATABASE_URL`; the cluster
`var/test-pg`, kept between runs; where another run has that one, a cluster of its own that is removed afterwards. With
`in_memory` it is such a one where the machine has room: a file system on a disk takes about a second to clone a
database that has as many tables as ours, memory a tenth of that.

    with test_server() as server:
        template = server.template("3f2a91", migrate)       # made once per key, kept between runs
        server.clone(template, "test_gw0")
        server.dsn("app_rw", "test_gw0")
        server.drop("test_gw0")
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

import psycopg

from audit import roles
from deploy.embedded import databases, scratch
from deploy.embedded.cluster import THROW_AWAY, Cluster
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import Home
from deploy.embedded.lock import Held
from deploy.embedded.server_address import ServerAddress
from deploy.embedded.template_lock import template_lock
from deploy.embedded.testing_roles import derived_passwords, install_on_own_server

RUNNING = "COUNTINGHOUSE_TEST_SERVER"
PREFIX = "test_"
_TEMPLATE = f"{PREFIX}template_"
SUPERUSER = "superuser"


@dataclass(frozen=True, slots=True)
class TestServer:
    """A server whose roles are prepared. All databases that tests make are named `test_...`."""

    __test__ = False  # the name is no test's

    superuser: ServerAddress
    passwords: dict[str, str]

    def dsn(self, role: str, database: str, scheme: str = "postgres") -> str:
        """The URL of a role (`app_owner`, `app_rw`, `app_broker`, or `superuser`) to a database."""
        return self.address(role, database).url(scheme)

    def address(self, role: str, database: str = "postgres") -> ServerAddress:
        there = self.superuser.to_database(database)
        return there if role == SUPERUSER else there.as_role(role, self.passwords[role])

    def create(self, name: str) -> None:
        """An empty database with roles and broker schema: ready for its first migration."""
        databases.prepare_database(self.superuser, name, broker_password=self.passwords[roles.BROKER])

    def clone(self, template: str, name: str) -> None:
        """A copy of a template, in place of any database of that name. Nobody may be connected to the template."""
        self.drop(name)
        databases.clone_database(self._owner, template, name)

    def drop(self, name: str) -> None:
        try:
            databases.drop_database(self._owner, name)
        except psycopg.errors.InsufficientPrivilege:  # a session of the server's own, such as autovacuum, is in it
            databases.drop_database(self.superuser, name)

    def template(self, key: str, fill: Callable[[str], None]) -> str:
        """The name of the template for `key`, made where it is missing by `fill(database)`.

        `key` should be a hash of what `fill` does (the migration files). `fill` gets the name of an empty
        prepared database and leaves no connection open. Templates of other keys are dropped. Processes that
        ask at the same moment wait for the first.
        """
        name = f"{_TEMPLATE}{key}"
        with template_lock(self.superuser):
            existing = databases.databases_like(self.superuser, _TEMPLATE)
            if name not in existing:
                for stale in existing:
                    self.drop(stale)
                unfinished = f"{_TEMPLATE}unfinished"
                self.create(unfinished)
                fill(unfinished)
                databases.make_template(self._owner, unfinished, name)
        return name

    @property
    def _owner(self) -> ServerAddress:
        return self.address(roles.OWNER)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "TestServer":
        content = json.loads(text)
        options = tuple((str(name), str(value)) for name, value in content["superuser"].pop("options"))
        return cls(ServerAddress(**content["superuser"], options=options), content["passwords"])


@contextmanager
def test_server(*, in_memory: bool = False) -> Iterator[TestServer]:  # noqa: PT028 - no test
    """A server for tests; see the module. Raises CannotStart with a sentence where there can be none."""
    if running := os.environ.get(RUNNING):
        yield TestServer.from_json(running)
        return
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL")
        server = _own_server(url) if url else stack.enter_context(_embedded_server(in_memory))
        os.environ[RUNNING] = server.to_json()
        stack.callback(os.environ.pop, RUNNING)
        yield server


test_server.__test__ = False  # type: ignore[attr-defined]


@contextmanager
def test_cluster(*, in_memory: bool = False) -> Iterator[Cluster]:  # noqa: PT028 - no test
    """A running cluster for throw-away data: the kept one, or a temporary one where another run has it."""
    home = Home.from_environment()
    home.create()
    with ExitStack() as stack:
        try:
            cluster = None if in_memory and scratch.memory() else _kept_cluster(home)
        except Held:
            cluster = None
        if cluster is None:
            folder = stack.enter_context(scratch.folder())
            cluster = Cluster(folder / "pg", log=folder / "pg.log", settings=THROW_AWAY)
            cluster.start()
        stack.callback(cluster.stop)
        yield cluster


test_cluster.__test__ = False  # type: ignore[attr-defined]


def _kept_cluster(home: Home) -> Cluster:
    """Started; made anew where it does not start: without fsync a power cut may have broken it."""
    cluster = Cluster(home.test_postgres, log=home.log("test-postgres"), settings=THROW_AWAY)
    try:
        cluster.start()
    except CannotStart:
        if not home.test_postgres.exists():
            raise
        shutil.rmtree(home.test_postgres)
        cluster.start()
    return cluster


@contextmanager
def _embedded_server(in_memory: bool) -> Iterator[TestServer]:
    with test_cluster(in_memory=in_memory) as cluster:
        address = cluster.address
        server = TestServer(address, derived_passwords(address.password))
        roles.install_roles(address.url(), server.passwords, createdb=True)
        for name in databases.databases_like(address, PREFIX):  # of a run that was killed
            if not name.startswith(_TEMPLATE):
                server.drop(name)
        yield server


def _own_server(url: str) -> TestServer:
    address = ServerAddress.from_url(url).to_database("postgres")
    server = TestServer(address, derived_passwords(url))
    install_on_own_server(server.superuser, server.passwords)
    return server
