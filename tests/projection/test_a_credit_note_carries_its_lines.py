"""credit_note -> CreditNote with its lines: what was taken back of an invoice, and which way it went."""

from typing import Any

import pytest

from billing.domain.personal import without_personal
from billing.models import CreditNote, CreditNoteLine, Organization
from billing.projection import credit_notes
from tests.factories import OrganizationFactory
from tests.projection.seen import at, columns, only, projectable, told
from tests.projection.settlements import credit_note, note_line
from tests.projection.snapshots import START, Snapshot, tax

pytestmark = pytest.mark.django_db

NOTE = credit_note(
    created=START + 1,
    effective_at=START + 2,
    voided_at=START + 3,
    status="void",
    type="mixed",
    reason="order_change",
    memo="As agreed",
    subtotal=1000,
    discount_amount=100,
    total_taxes=[tax(171), tax(9)],
    total=1080,
    pre_payment_amount=80,
    post_payment_amount=1000,
    out_of_band_amount=400,
    customer_balance_transaction="cbtxn_1",
    refunds=[{"amount_refunded": 600, "refund": "re_1", "type": "refund"}],
    metadata={"ticket": "7"},
    livemode=True,
)
LINE = note_line(taxes=[tax(171)], discount_amount=100, quantity=2, unit_amount_decimal="500")


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1")


@pytest.fixture
def write(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        credit_notes.project([projectable(snapshot, organization)])
        return only(CreditNote, "organization_id")

    return project


def test_every_column_comes_from_its_field(write: Any) -> None:
    assert write(NOTE) == {
        "stripe_id": "cn_1",
        "number": "NW-0001-CN-01",
        "invoice_id": "in_1",
        "status": "void",
        "type": "mixed",
        "reason": "order_change",
        "memo": "As agreed",
        "currency": "usd",
        "subtotal": 1000,
        "discount": 100,
        "tax": 180,
        "total": 1080,
        "pre_payment_amount": 80,
        "post_payment_amount": 1000,
        "out_of_band_amount": 400,
        "customer_balance_transaction_id": "cbtxn_1",
        "refund_ids": ["re_1"],
        "effective_at": at(START + 2),
        "voided_at": at(START + 3),
        "metadata": {"ticket": "7"},
        "livemode": True,
        "created_at": at(START + 1),
    }


def test_every_column_of_a_line_comes_from_its_field(write: Any) -> None:
    write(credit_note(lines=[note_line("cnli_0"), LINE]))
    second = CreditNoteLine.objects.get(position=1)
    assert columns(second, "organization_id") == {
        "stripe_id": "cnli_1",
        "credit_note_id": "cn_1",
        "position": 1,
        "type": "invoice_line_item",
        "description": "Premium",
        "amount": 1000,
        "quantity": 2,
        "unit_amount_decimal": "500",
        "invoice_line_id": "il_1",
        "tax": 171,
        "discount": 100,
    }


def test_a_line_that_is_no_longer_there_leaves(write: Any) -> None:
    write(credit_note(lines=[note_line("cnli_0"), LINE]))
    write(credit_note(lines=[LINE]))
    assert [line.stripe_id for line in CreditNoteLine.objects.all()] == ["cnli_1"]


@pytest.mark.parametrize(
    "field",
    "number type reason memo discount_amount total_taxes pre_payment_amount post_payment_amount out_of_band_amount"
    " customer_balance_transaction refunds effective_at voided_at metadata".split(),
)
def test_null_is_as_good_as_absent(write: Any, field: str) -> None:
    absent = write({key: value for key, value in NOTE.items() if key != field})
    write(NOTE)
    assert write({**NOTE, field: None}) == absent


def test_a_late_event_of_the_issue_does_not_bring_a_voided_note_back(organization: Organization) -> None:
    """Both of one second: the way is one."""
    told(credit_note(status="void", voided_at=START))
    told(credit_note())
    assert CreditNote.objects.get().status == "void"


def test_the_tax_office_keeps_the_lines_of_an_erased_customer_and_nobody_the_memo(write: Any) -> None:
    write(without_personal(NOTE, statutory=True))
    note = CreditNote.objects.get()
    assert (note.memo, note.metadata, note.total, note.number) == ("", {}, 1080, "NW-0001-CN-01")
    assert CreditNoteLine.objects.get().description == "Premium"
