"""Who approves has to be able to rely on what was asked: the database itself refuses to change it, or to step back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from billing.models import Approval
from tests.factories import START, OrganizationFactory
from tests.models.wrong_rows import DECIDED, MAKERS

pytestmark = pytest.mark.django_db
STATUSES = ("asked", "approved", "declined", "expired", "executed", "failed")
STEPS = {
    "asked": {"approved", "declined", "expired", "failed"},
    "approved": {"executed", "failed"},
}


def made(status: str = "asked", **fields: Any) -> Approval:
    row: Approval = MAKERS["Approval"](status=status, **of(status), **fields)
    return row


def of(status: str) -> dict[str, Any]:
    """The fields that go with a status."""
    decided = {} if status in ("asked", "expired") else DECIDED
    return {**decided, **({"executed_at": START} if status == "executed" else {})}


def refused(row: Approval, **fields: Any) -> None:
    before = Approval.objects.values().get(pk=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.filter(pk=row.pk).update(**fields)
    assert Approval.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("public_id", "apr_other"),
        ("verb", "payment.other"),
        ("target_type", "invoice"),
        ("target_id", "pi_other"),
        ("parameters", {"amount": 1}),
        ("amount", 999_999),
        ("currency", "jpy"),
        ("facts", {"left": 1}),
        ("digest", "f" * 64),
        ("asked_by_kind", "user"),
        ("asked_by_id", "2"),
        ("asked_at", START - timedelta(days=1)),
        ("expires_at", START + timedelta(days=9)),
    ],
)
@pytest.mark.parametrize("status", ["asked", "approved", "executed"])
def test_nothing_of_it_can_be_changed(status: str, field: str, value: object) -> None:
    refused(made(status), **{field: value})


def test_nor_whose_it_is() -> None:
    refused(made(), organization=OrganizationFactory())


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_steps_lead_onwards_alone(before: str, after: str) -> None:
    row = made(before)
    if after == before:
        return
    changes = {**of(after), "status": after}
    if after in STEPS.get(before, set()):
        assert Approval.objects.filter(pk=row.pk).update(**changes) == 1
    else:
        refused(row, **{"decided_by_id": "", "decided_at": None, "executed_at": None, **changes})


def test_who_decided_is_not_replaced() -> None:
    refused(made("approved"), decided_by_id="3")


def test_a_command_is_not_replaced() -> None:
    first, second = MAKERS["StripeCommand"](), MAKERS["StripeCommand"]()
    row = made("approved", command=first)
    refused(row, command=second)
    refused(row, command=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        made("approved", command=first)


def test_nobody_deletes_one() -> None:
    row = made()
    with pytest.raises(DatabaseError, match="approvals are kept"), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE billing_approval")
    assert Approval.objects.count() == 1


def test_a_reason_can_be_scrubbed() -> None:
    """It is in somebody's own words, and may name a person who is to be forgotten."""
    row = made("declined")
    assert Approval.objects.filter(pk=row.pk).update(reason="", decision_reason="") == 1


def test_the_same_question_is_open_once() -> None:
    same = {"target_id": "pi_1", "digest": "a" * 64}
    first = made(**same)
    with pytest.raises(IntegrityError, match="approval_one_open"), transaction.atomic():
        made(**same)
    made(target_id="pi_2", digest="a" * 64)
    Approval.objects.filter(pk=first.pk).update(status="expired")
    made(**same)


def test_only_the_first_of_two_steps_is_taken() -> None:
    mine = made()
    yours = Approval.objects.get(pk=mine.pk)
    assert mine.step("declined", **DECIDED)
    assert not yours.step("approved", **DECIDED)
    assert Approval.objects.get().status == "declined"


def test_its_time_ends_at_the_deadline() -> None:
    row = made()
    just = row.expires_at - timedelta(microseconds=1)
    assert (row.is_open(now=just), row.is_open(now=row.expires_at)) == (True, False)
    assert Approval.objects.open(now=just).count() == Approval.objects.overdue(now=row.expires_at).count() == 1
    assert not Approval.objects.open(now=row.expires_at).exists()
    assert not Approval.objects.overdue(now=just).exists()
    assert not made("declined").is_open(now=START)
