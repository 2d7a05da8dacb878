"""Years later the entry is all there is: each of its fields must be what was known at the moment of the change."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.actions import UnknownAction
from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.metrics import errors_total
from audit.models import AuditEntry
from audit.record import Entry, record, record_all

pytestmark = pytest.mark.django_db

INVOICE = ("invoice", "in_1")


def entry(**fields: object) -> Entry:
    return Entry(**{"action": "invoice.created", "target": INVOICE, "organization_id": None, **fields})


def only() -> AuditEntry:
    return AuditEntry.objects.get()


def test_what_was_said_stands_in_it():
    record(
        "invoice.updated",
        target=INVOICE,
        organization_id=7,
        before={"status": "draft"},
        after={"status": "open", "amount_due": 2900},
        reason="asked by telephone",
    )
    written = only()
    assert (written.action, written.target_type, written.target_id) == ("invoice.updated", "invoice", "in_1")
    assert (written.organization_id, written.reason) == (7, "asked by telephone")
    assert written.before == {"status": "draft"}
    assert written.after == {"status": "open", "amount_due": 2900}


def test_what_was_not_said_is_empty():
    record("invoice.created", target=INVOICE, organization_id=None)
    written = only()
    assert (written.before, written.after, written.reason, written.organization_id) == ({}, {}, "", None)
    assert (written.request_id, written.ip_address) == ("", None)


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::7", None])
def test_who_did_it_comes_from_the_context(kind: ActorKind, address: str | None):
    with acting(Actor(kind, "41"), request_id="req_abcdefgh", ip_address=address, source="api"):
        record("invoice.created", target=INVOICE, organization_id=None)
    written = only()
    assert (written.actor_kind, written.actor_id) == (kind.value, "41")
    assert (written.request_id, written.ip_address, written.source) == ("req_abcdefgh", address, "api")


def test_without_a_context_it_was_the_system():
    record("invoice.created", target=INVOICE, organization_id=None)
    assert (only().actor_kind, only().actor_id, only().source) == ("system", "system", "system")


def test_its_time_is_the_present():
    earliest = timezone.now()
    record("invoice.created", target=INVOICE, organization_id=None)
    assert earliest <= only().created_at <= timezone.now() + timedelta(seconds=1)


def test_several_keep_their_order_and_share_their_moment():
    record_all(entry(target=("invoice", f"in_{number}")) for number in range(5))
    written = list(AuditEntry.objects.order_by("id"))
    assert [one.target_id for one in written] == ["in_0", "in_1", "in_2", "in_3", "in_4"]
    assert len({one.created_at for one in written}) == 1


def test_any_number_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        record_all([entry(target=("invoice", f"in_{number}")) for number in range(200)])
    assert AuditEntry.objects.count() == 200


def test_none_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        record_all([])


def test_an_action_without_a_label_is_refused_and_nothing_of_the_batch_is_written():
    with pytest.raises(
        UnknownAction, match=r"'invoice\.eaten' has no label; register it with audit\.actions\.register"
    ):
        record_all([entry(), entry(action="invoice.eaten"), entry()])
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "déjà vu – “quoted” 'single' \\ back",
        {"nested": {"list": [1, "2.5", None, True, "x"]}},
        10**18,
        -1,
        "",
        [],
        None,
        "'; DROP TABLE audit_auditentry; --",
    ],
)
def test_values_come_back_as_they_were(value: object):
    record("invoice.updated", target=INVOICE, organization_id=None, before={"field": value}, after={"field": value})
    assert only().before == only().after == {"field": value}


def test_changing_the_mapping_afterwards_changes_nothing():
    after = {"status": "open"}
    record("invoice.updated", target=INVOICE, organization_id=None, after=after)
    after["status"] = "void"
    assert only().after == {"status": "open"}


def test_what_it_names_may_go_away():
    """Strings instead of foreign keys: nothing that is deleted takes its history along, or is kept by it."""
    assert not [field for field in AuditEntry._meta.get_fields() if field.is_relation]
    record("organization.deleted", target=("organization", "gone"), organization_id=999_999_999)
    assert only().organization_id == 999_999_999


def failures() -> float:
    return errors_total._value.get()


@pytest.mark.parametrize(
    "field",
    [{"target": ("t" * 65, "x")}, {"target": ("invoice", "x" * 256)}, {"after": {"text": "a\x00b"}}],
    ids=["type too long", "id too long", "null character"],
)
def test_an_entry_that_cannot_be_written_stops_the_change_and_is_counted(field: dict):
    before = failures()
    with pytest.raises(DatabaseError), transaction.atomic():
        record_all([entry(), entry(**field)])
    assert failures() == before + 1
    assert not AuditEntry.objects.exists()


def test_an_unknown_action_is_a_fault_of_the_program_and_not_counted():
    before = failures()
    with pytest.raises(UnknownAction):
        record("nothing.at_all", target=INVOICE, organization_id=None)
    assert failures() == before


def test_an_entry_reads_as_its_action_and_target():
    record("invoice.created", target=INVOICE, organization_id=None)
    assert str(only()) == "invoice.created invoice in_1"


def test_an_entry_cannot_be_changed_before_it_is_written():
    with pytest.raises(AttributeError):
        entry().reason = "forged"  # type: ignore[misc]


@pytest.mark.parametrize("method", ["save", "delete"])
def test_not_even_by_the_model(method: str):
    record("invoice.created", target=INVOICE, organization_id=None)
    written = only()
    written.reason = "rewritten"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        getattr(written, method)()
    assert only().reason == ""


def test_an_upsert_cannot_change_one_either():
    record("invoice.created", target=INVOICE, organization_id=None)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        AuditEntry.objects.bulk_create([only()], update_conflicts=True, unique_fields=["id"], update_fields=["source"])


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_no_change ON audit_auditentry",
        "DROP FUNCTION audit_refuse_change() CASCADE",
        "SET session_replication_role = replica",
        "ALTER TABLE audit_auditentry RENAME TO nothing",
    ],
)
def test_the_ordinary_role_cannot_take_the_guard_away(statement: str):
    with pytest.raises(DatabaseError, match=r"must be owner|permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
