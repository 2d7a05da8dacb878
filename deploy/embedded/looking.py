"""Look at an installation: is it running, and a SQL prompt in its database."""

import os
import subprocess

from audit import roles
from deploy.embedded.account import Account
from deploy.embedded.binaries import programs
from deploy.embedded.cluster import Cluster
from deploy.embedded.failure import CannotStart
from deploy.embedded.home import Home
from deploy.embedded.initdb import SUPERUSER
from deploy.embedded.installation import DATABASE, Installation
from deploy.embedded.lock import holder_of, is_held


def status(home: Home) -> int:
    """Say whether it runs, and where: exit status 0 if it does, 3 if not (as service scripts have it)."""
    if not is_held(home.lock):
        print(f"Nothing runs in {home.path}.")
        return 3
    holder = holder_of(home.lock)
    print(f"{holder.get('command', 'A process')} runs in {home.path}: process {holder.get('pid')}", end="")
    print(f", {holder['url']}" if "url" in holder else "")
    return 0


def psql(home: Home, role: str, words: list[str]) -> int:
    """A prompt as `role` in the database of a running installation. Raises CannotStart where none runs."""
    if not is_held(home.lock):
        raise CannotStart(f"Nothing runs in {home.path}: start it with make run, then ask again from another terminal.")
    superuser = Cluster(home.postgres, log=home.log("postgres")).address.to_database(DATABASE)
    passwords = Installation(home.installation).passwords
    address = superuser if role == SUPERUSER else superuser.as_role(role, passwords[role])
    program = str(programs(Account()) / "psql")
    place = ["-h", address.host, "-p", str(address.port), "-U", address.user, "-d", address.database]
    environment = {**os.environ, "PGPASSWORD": address.password}
    return subprocess.run([program, *place, *words], env=environment, check=False).returncode


def print_roles(database: str) -> int:
    """Print the SQL that a database administrator runs, as a superuser and in that database, before first use."""
    for statement in [*roles.role_statements({}), *roles.database_statements(database)]:
        print(f"{statement};")
    return 0
