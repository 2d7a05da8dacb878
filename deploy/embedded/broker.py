"""The broker's tables and functions, in a schema of the same database."""

import psycopg
from pgmq import install_pgmq_from_sql
from psycopg.sql import SQL, Identifier

from audit.roles import BROKER
from deploy.embedded.server_address import ServerAddress


def install_broker(superuser: ServerAddress, broker: ServerAddress) -> bool:
    """Install the queue's schema as its owner; False where it is there already.

    The installer asks for its schema with CREATE SCHEMA, which takes the right to create schemas in the database
    even for one that exists: the right is given for the installation alone. It also cannot run twice.
    """
    with psycopg.connect(superuser.url(), autocommit=True) as connection:
        row = connection.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL").fetchone()
        if row is not None and row[0]:
            return False
        words = {"database": Identifier(superuser.database), "broker": Identifier(BROKER)}
        connection.execute(SQL("GRANT CREATE ON DATABASE {database} TO {broker}").format(**words))
        try:
            install_pgmq_from_sql(dsn=broker.url())
        finally:
            connection.execute(SQL("REVOKE CREATE ON DATABASE {database} FROM {broker}").format(**words))
    return True
