"""A log to tamper with, and a superuser who does it past every guard."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import transaction

from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.record import Entry, record_all
from audit.verification.keeping import parameters
from audit.verification.run import Outcome, verify
from tests.environment import server

TABLES = ("audit_auditentry", "audit_chainhead", "audit_chainnode", "audit_personaldetail")
WORDS = ("plain", 'with "quotes"', "back\\slash", "tab\there", "ümlaut ∑ 🜂", "line\nbreak", "")


def entries(number: int, organization_id: int | None) -> list[Entry]:
    return [
        Entry(
            "invoice.created", ("invoice", f"in_{place}"), organization_id, before={"word": WORDS[place % len(WORDS)]},
            after={"email": f"person{place}@example.com", "amount_due": place}, reason=WORDS[(place + 1) % len(WORDS)],
        )
        for place in range(1, number + 1)
    ]  # fmt: skip


def write(number: int, organization_id: int | None, address: str | None = "192.0.2.1") -> None:
    with transaction.atomic(), acting(Actor(ActorKind.STAFF, "7", for_user="9"), ip_address=address):
        record_all(entries(number, organization_id))


def verified(**options: object) -> Outcome:
    return verify(parameters(), **options)  # type: ignore[arg-type]


def found(**options: object) -> list[tuple[int, int]]:
    """(chain, first bad sequence) of each broken chain."""
    return [(fault.chain, fault.sequence) for fault in verified(**options).faults]


class Superuser:
    """Somebody who owns the machine: the guards are taken away, and `restore` brings everything back."""

    def __init__(self, db: psycopg.Connection) -> None:
        self.db = db
        for table in TABLES:
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            db.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        db.commit()

    def restore(self) -> None:
        self.db.rollback()
        for table in TABLES:
            self.db.execute(f"DELETE FROM {table}")
            self.db.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        self.db.commit()


@contextmanager
def superuser(database: str) -> Iterator[Superuser]:
    with psycopg.connect(server.dsn("superuser", database)) as connection:
        yield Superuser(connection)
