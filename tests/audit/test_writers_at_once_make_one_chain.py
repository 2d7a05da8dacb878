"""Sixteen writers on one chain: no fork, no gap. Without the lock there would be both, and it would be found."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.models import AuditEntry, ChainHead
from audit.record import record
from tests.audit.ledger import found, verified, write

WRITERS, EACH = 16, 12


def at_once(work: Callable[[int], None]) -> list[Exception]:
    """Run it in WRITERS threads that begin together, each with a connection of its own."""
    together, errors = threading.Barrier(WRITERS), list[Exception]()

    def run(number: int) -> None:
        try:
            together.wait(30)
            work(number)
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_on_one_chain(committing: str):
    def write_each(number: int) -> None:
        for _ in range(EACH):
            write(1, 7)

    assert at_once(write_each) == []
    sequences = AuditEntry.objects.filter(chain=7).order_by("id").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, WRITERS * EACH + 1))
    assert verified().intact


def test_on_several_chains_in_any_order_nobody_waits_for_ever(committing: str):
    """Each transaction has entries of three chains, begun in another order; new chains among them."""

    def write_across(number: int) -> None:
        for turn in range(EACH):
            chains = [1 + (number + step) % 5 for step in range(3)] + [100 + turn]
            with transaction.atomic():
                for chain in chains if number % 2 else chains[::-1]:
                    record("invoice.created", target=("invoice", "in_1"), organization_id=chain)

    assert at_once(write_across) == []
    assert sum(ChainHead.objects.values_list("sequence", flat=True)) == WRITERS * EACH * 4
    assert verified().intact


def test_without_the_lock_it_goes_wrong(committing: str, database_urls: Callable[[str], str]):
    """The lock is taken out of the function as the owner could: writers then build on the same entry."""
    with psycopg.connect(database_urls("app_owner")) as owner:
        [(source,)] = owner.execute("SELECT pg_get_functiondef('audit_append'::regproc)")
        assert source.count("FOR UPDATE") == 1
        owner.execute(source.replace("FOR UPDATE", "").replace("SELECT sequence, hash, peaks", SLOWLY))
        owner.execute("ALTER TABLE audit_auditentry DROP CONSTRAINT audit_entry_place")
        owner.execute("ALTER TABLE audit_personaldetail DROP CONSTRAINT audit_personaldetail_pkey")
    write(1, 7)
    assert at_once(lambda number: write(3, 7)) == []
    [(chain, first)] = found()
    assert (chain, first > 1) == (7, True)


def test_and_even_then_the_table_refuses_a_second_entry_at_one_place(
    committing: str, database_urls: Callable[[str], str]
):
    with psycopg.connect(database_urls("app_owner")) as owner:
        [(source,)] = owner.execute("SELECT pg_get_functiondef('audit_append'::regproc)")
        owner.execute(source.replace("FOR UPDATE", "").replace("SELECT sequence, hash, peaks", SLOWLY))
    write(1, 7)
    errors = at_once(lambda number: write(3, 7))
    assert all(isinstance(error, IntegrityError) for error in errors)
    assert errors
    assert verified().intact


SLOWLY = "PERFORM pg_sleep(0.05); SELECT sequence, hash, peaks"
"""Makes what would happen now and then happen each time."""


@pytest.mark.parametrize("right", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.parametrize(
    "table", ["audit_auditentry", "audit_chainhead", "audit_chainnode", "audit_personaldetail", "billing_audit_log"]
)
def test_the_product_itself_writes_nowhere_but_by_the_function(committing: str, table: str, right: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('app_rw', %s, %s)", [table, right])
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET source = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "UPDATE audit_auditentry SET source = 'x' WHERE false",
        "UPDATE audit_chainnode SET level = 9",
        "DELETE FROM audit_chainnode WHERE false",
        "DELETE FROM audit_chainhead",
        "TRUNCATE audit_chainhead",
        "UPDATE audit_personaldetail SET content = ''",
        "TRUNCATE audit_personaldetail",
        "SET session_replication_role = replica; DELETE FROM audit_auditentry",
    ],
)
@pytest.mark.parametrize("role", ["app_owner", "superuser"])
def test_not_even_the_owner_or_a_superuser_by_mistake(
    committing: str, database_urls: Callable[[str], str], role: str, statement: str
):
    write(1, 7)
    with (
        psycopg.connect(database_urls(role)) as db,
        pytest.raises(psycopg.Error, match=r"append-only|permission denied"),
    ):
        db.execute(statement)
    assert verified().intact
