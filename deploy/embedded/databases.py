"""Make, clone and drop databases of a prepared server."""

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from audit import roles
from deploy.embedded.broker import install_broker
from deploy.embedded.server_address import ServerAddress


def ensure_database(superuser: ServerAddress, name: str) -> bool:
    """Create an empty database where there is none; True if it was created."""
    with psycopg.connect(superuser.url(), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount
        if not found:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return not found


def prepare_server(superuser: ServerAddress, passwords: dict[str, str]) -> None:
    """Make the roles of a server that is ours alone; its owner role may create databases."""
    roles.install_roles(superuser.url(), passwords, createdb=True)


def prepare_database(superuser: ServerAddress, name: str, *, broker_password: str) -> None:
    """Create the database where it is missing, with its grants and the broker's schema: ready for migrations."""
    ensure_database(superuser, name)
    there = superuser.to_database(name)
    roles.install_in_database(there.url())
    install_broker(there, there.as_role(roles.BROKER, broker_password))


def clone_database(owner: ServerAddress, template: str, name: str) -> None:
    """Copy a database file by file (about 0.1 s). Fails while any session is open on the template."""
    words = {"name": Identifier(name), "template": Identifier(template)}
    with psycopg.connect(owner.to_database("postgres").url(), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**words))
        for statement in roles.clone_statements(name):
            connection.execute(statement)


def make_template(owner: ServerAddress, name: str, template: str) -> None:
    """Rename a database that nobody uses, and let nobody in any more: sessions would stop its clones."""
    _alone(owner, SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(Identifier(name)))
    _alone(owner, SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(template)))


def drop_database(account: ServerAddress, name: str) -> None:
    """Drop the database and cut off whoever is in it; harmless where there is none."""
    _alone(account, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def databases_like(address: ServerAddress, prefix: str) -> list[str]:
    """The names that start with `prefix`."""
    query = SQL("SELECT datname FROM pg_database WHERE starts_with(datname, {}) ORDER BY datname")
    with psycopg.connect(address.url(), autocommit=True) as connection:
        return [row[0] for row in connection.execute(query.format(Literal(prefix))).fetchall()]


def _alone(owner: ServerAddress, statement: Composed) -> None:
    with psycopg.connect(owner.to_database("postgres").url(), autocommit=True) as connection:
        connection.execute(statement)
