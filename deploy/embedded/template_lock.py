"""One process of a test run at a time makes the template database."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from deploy.embedded.server_address import ServerAddress

_KEY = 4_270_631_118  # any number; advisory locks are per database, and this one is taken in `postgres` only


@contextmanager
def template_lock(superuser: ServerAddress) -> Iterator[None]:
    """Hold the lock; the server frees it with the session when its holder is killed."""
    with psycopg.connect(superuser.to_database("postgres").url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_KEY])
        yield
