"""PgBouncer in transaction mode with a single connection to the server: the sharpest form of pooling."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deploy.embedded.account import account_for_postgres
from tests.environment import server
from tests.flows.processes import free_port, until

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

_CONFIGURATION = """
[databases]
{name} = host=127.0.0.1 port={server_port} dbname={name} user=app_rw password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
reserve_pool_size = 0
max_client_conn = 200
logfile = {folder}/pgbouncer.log
"""


@contextmanager
def pooled(database: str) -> Iterator[int]:
    """The port of a pooler in front of the database."""
    address, account, port = server.address("app_rw", database), account_for_postgres(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="countinghouse-pooler-"))
    configuration = folder / "pgbouncer.ini"
    words = {"name": database, "server_port": address.port, "password": address.password}
    configuration.write_text(_CONFIGURATION.format(**words, port=port, folder=folder))
    for path in (folder, configuration):
        account.own(path)
    process = subprocess.Popen(account.command([str(PROGRAM), "-q", str(configuration)]), cwd="/")
    try:
        until(lambda: _answers(port, database), seconds=20, what="the pooler's first answer")
        yield port
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _answers(port: int, database: str) -> bool:
    try:
        psycopg.connect(host="127.0.0.1", port=port, dbname=database, user="anybody", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
