"""Entries are added and never changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEntry
from audit.record import CannotRecord, flush, record


def write() -> AuditEntry:
    record("invoice.created", target=("invoice", "in_1"), organization_id=None)
    flush()
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET action = 'rewritten'",
        "UPDATE audit_auditentry SET action = 'rewritten' WHERE false",
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditentry WHERE false",
        "TRUNCATE audit_auditentry",
    ],
)
@pytest.mark.django_db
def test_statements_that_change_entries_are_refused(statement: str) -> None:
    entry = write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    entry.refresh_from_db()
    assert entry.action == "invoice.created"


def test_an_entry_outside_a_transaction_is_refused(committing: str) -> None:
    with pytest.raises(CannotRecord):
        record("invoice.created", target=("invoice", "in_1"), organization_id=None)
    assert not AuditEntry.objects.exists()


@transaction.atomic
def write_and_fail() -> float:
    write()
    return 1 / 0


def test_an_entry_goes_with_the_change_that_fails(committing: str) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert not AuditEntry.objects.exists()
