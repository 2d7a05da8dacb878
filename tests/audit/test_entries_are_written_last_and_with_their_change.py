"""The heads are locked for the shortest time, and no change is there without its entry, or the other way round."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.metrics import entries_total, errors_total
from audit.models import AuditEntry
from audit.record import flush, record
from billing.models import Membership, Organization
from tests.audit.ledger import verified
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.usefixtures("committing")


def note(target: str, **fields: object) -> None:
    record("invoice.created", target=("invoice", target), organization_id=None, **fields)  # type: ignore[arg-type]


def targets() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("target_id", flat=True))


def statements(queries: list[dict[str, str]]) -> list[str]:
    return [query["sql"].split()[0] for query in queries]


class Stop(Exception):
    pass


@transaction.atomic
def note_and_stop(target: str) -> None:
    note(target)
    with transaction.atomic():
        note(f"{target}, inside")
    raise Stop


@transaction.atomic
def note_and_lose_the_connection() -> None:
    note("lost")
    connection.connection.close()


@transaction.atomic
def register_and_note(target: str) -> None:
    Organization.objects.create(name="Changed", email="a@example.com", stripe_customer_id="cus_1")
    note(target)


@transaction.atomic
def join_nobody_and_note() -> Membership:
    member = Membership.objects.create(organization_id=999, user_id=999)
    note("in_1")
    return member


def test_all_of_a_transaction_by_one_statement_at_its_end(settings):
    settings.DEBUG = True
    connection.force_debug_cursor = True
    with transaction.atomic():
        note("in_1")
        OrganizationFactory()
        note("in_2")
        assert targets() == []
        connection.queries_log.clear()
    appended = [query for query in connection.queries if "audit_append" in query["sql"]]
    connection.force_debug_cursor = False
    assert len(appended) == 1
    assert targets() == ["in_1", "in_2"]


def test_a_savepoint_that_is_rolled_back_takes_its_entries_along():
    with transaction.atomic():
        note("kept")
        with pytest.raises(Stop):
            note_and_stop("dropped")
        with transaction.atomic():
            note("kept too")
    assert targets() == ["kept", "kept too"]


def test_a_transaction_that_is_rolled_back_leaves_none_for_the_next():
    with pytest.raises(Stop):
        note_and_stop("dropped")
    with transaction.atomic():
        transaction.set_rollback(True)
        note("dropped as well")
    with transaction.atomic():
        note("kept")
    assert targets() == ["kept"]


def test_a_connection_that_is_lost_leaves_none_for_the_next():
    with pytest.raises(DatabaseError):
        note_and_lose_the_connection()
    connection.close()
    with transaction.atomic():
        note("kept")
    assert targets() == ["kept"]


def test_flush_lets_them_be_read_in_the_same_transaction():
    with transaction.atomic():
        note("in_1")
        flush()
        assert targets() == ["in_1"]
        note("in_2")
    assert targets() == ["in_1", "in_2"]
    assert verified().intact


def failures() -> float:
    return errors_total._value.get()


def written() -> float:
    return entries_total.labels("invoice.created")._value.get()


@pytest.mark.parametrize("target", ["x" * 256, "a\x00b"], ids=["too long", "null character"])
def test_a_change_whose_entry_cannot_be_written_is_undone(target: str):
    before, counted = failures(), written()
    with pytest.raises(DatabaseError):
        register_and_note(target)
    assert not Organization.objects.exists()
    assert targets() == []
    assert (failures(), written()) == (before + 1, counted)
    assert not connection.in_atomic_block
    assert connection.get_autocommit()


def test_a_change_that_breaks_a_foreign_key_is_no_fault_of_the_log():
    before = failures()
    with pytest.raises(IntegrityError, match="billing_membership"):
        join_nobody_and_note()
    assert failures() == before
    assert targets() == []


def test_a_foreign_key_may_be_satisfied_until_then():
    """They are checked just before the heads are locked: a lock taken after that could be a deadlock."""
    with transaction.atomic():
        join_nobody_and_note().delete()
    assert targets() == ["in_1"]
