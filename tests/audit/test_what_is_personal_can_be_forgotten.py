"""The chain proves what was done for ever; whom it concerned can be forgotten."""

import json

import pytest
from django.db import connection, transaction

from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.erasure import forget_personal_details
from audit.models import AuditEntry, PersonalDetail
from audit.record import record
from tests.audit.ledger import found, superuser, verified

pytestmark = pytest.mark.usefixtures("committing")

CANARY = "canary"
VALUES = {
    "email": f"{CANARY}@x.com",
    "deep": {"list": [{"phone": CANARY}]},
    "plan": "pro",
    "address": {"line1": CANARY},
}


def write(organization_id: int | None = 7, **fields: object) -> None:
    with transaction.atomic(), acting(Actor(ActorKind.STAFF, "7", for_user="9"), ip_address="192.0.2.77"):
        given = {"before": {"email": f"old-{CANARY}"}, "after": VALUES, "reason": f"said {CANARY}", **fields}
        record("invoice.paid", target=("invoice", "in_1"), organization_id=organization_id, **given)  # type: ignore[arg-type]


def stored() -> str:
    """Everything that is in the tables of the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT json_agg(e) FROM audit_auditentry e)::text, '')"
            " || coalesce((SELECT json_agg(d) FROM audit_personaldetail d)::text, '')"
        )
        return str(cursor.fetchone()[0])


def test_the_chain_holds_none_of_it_and_readers_see_it_whole():
    write()
    entry = AuditEntry.objects.get()
    assert CANARY not in entry.content
    assert "192.0.2.77" not in entry.content
    assert (entry.after, entry.before) == (VALUES, {"email": f"old-{CANARY}"})
    assert (entry.reason, entry.ip_address, entry.details_erased) == (f"said {CANARY}", "192.0.2.77", False)
    assert (entry.actor_id, entry.for_user) == ("7", "9")


def test_once_forgotten_it_is_nowhere_and_the_log_still_verifies():
    write()
    write(8)
    write(None)
    assert forget_personal_details(organization_id=7) == 1
    first, last = AuditEntry.objects.filter(chain=7).order_by("sequence")
    assert (first.reason, first.ip_address, first.details_erased) == ("[erased]", None, True)
    assert first.after == {
        "email": "[erased]",
        "deep": {"list": [{"phone": "[erased]"}]},
        "plan": "pro",
        "address": "[erased]",
    }
    assert (last.action, last.after) == ("personal_details.erased", {"from": 1, "to": 1})
    assert set(PersonalDetail.objects.values_list("chain", flat=True)) == {0, 8}
    assert verified().intact
    write()
    assert AuditEntry.objects.filter(chain=7).latest("sequence").reason == f"said {CANARY}"
    forget_personal_details(organization_id=7)
    forget_personal_details(organization_id=8)
    with superuser_deleting("chain = 0"):
        assert CANARY not in stored()
    assert found() == [(0, 1)], "what nobody said was erased is missing"


class superuser_deleting:
    """Details are deleted by hand."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        with superuser(connection.settings_dict["NAME"]) as owner:
            owner.db.execute(f"DELETE FROM audit_personaldetail WHERE {self.where}")
            for table in ("auditentry", "chainhead", "chainnode", "personaldetail"):
                owner.db.execute(f"DROP TABLE kept_audit_{table}")
            owner.db.commit()

    def __exit__(self, *_: object) -> None:
        """It stays deleted."""


def test_an_erasure_does_not_cover_what_came_after_it():
    write()
    forget_personal_details(organization_id=7)
    write()
    with superuser_deleting("chain = 7"):
        assert found() == [(7, 3)]


def test_what_was_recorded_in_the_same_transaction_goes_too():
    with transaction.atomic():
        record("invoice.paid", target=("invoice", "in_1"), organization_id=7, reason=CANARY)
        forget_personal_details(organization_id=7)
    assert CANARY not in stored()
    assert verified().intact


def test_it_is_undone_with_its_transaction():
    write()
    with transaction.atomic():
        forget_personal_details(organization_id=7)
        transaction.set_rollback(True)
    assert CANARY in stored()
    assert verified().entries == 1


def test_where_nothing_was_logged_there_is_nothing_to_forget():
    assert forget_personal_details(organization_id=99) == 0
    assert verified().intact


SECRETS = {
    "password": "hunter2", "client_secret": "cs_1", "token": "abc", "numbers": ["4000-0000-0000-0002"],
    "note": "card 4242 4242 4242 4242 and sk_live_51Habcdef",
    "key": "whsec_0123456789abcdef", "api": "ch_test_0123456789abcdefghij",
}  # fmt: skip


def test_secrets_and_card_numbers_are_kept_nowhere():
    write(after=SECRETS, before={}, reason="he said 5555555555554444, sk_test_51Habcdef")
    everything = stored()
    for secret in ("hunter2", "cs_1", "4242", "sk_live", "whsec_0", "ch_test_0", "4000-0000", "55555", "sk_test"):
        assert secret not in everything
    assert json.dumps(AuditEntry.objects.get().after).count("[redacted]") == 8
    assert AuditEntry.objects.get().reason == "he said [redacted], [redacted]"


def test_ids_times_and_amounts_are_no_card_numbers():
    harmless = {"at": 1764466620, "amount": 10**18, "id": "in_1MqqQ1234567890123456", "when": "2026-11-30T12:00:00Z"}
    write(after=harmless, before={})
    assert AuditEntry.objects.get().after == harmless
