"""invoice -> Invoice with its lines: what was billed, to the minor unit."""

from typing import Any

import pytest

from billing.models import Invoice, InvoiceLine, Organization
from billing.projection import invoices
from billing.projection.snapshot import TooEarly
from tests.factories import OrganizationFactory
from tests.projection.seen import at, columns, only, projectable
from tests.projection.snapshots import MONTH, START, Snapshot, invoice, line, line_parent, tax, transitions

pytestmark = pytest.mark.django_db

FULL = invoice(
    number="ABC-0001",
    status="paid",
    currency="eur",
    billing_reason="subscription_create",
    collection_method="send_invoice",
    subtotal=10_000,
    total_discount_amounts=[{"amount": 300, "discount": "di_1"}, {"amount": 200, "discount": "di_2"}],
    total_taxes=[tax(700), tax(15)],
    total=10_215,
    amount_due=9_215,
    amount_paid=9_000,
    amount_remaining=215,
    starting_balance=-1_000,
    ending_balance=0,
    attempt_count=2,
    next_payment_attempt=START + 1,
    period_start=START + 2,
    period_end=START + 3,
    due_date=START + 4,
    status_transitions=transitions(finalized_at=START + 5, paid_at=START + 6, voided_at=START + 7),
    hosted_invoice_url="https://invoice.stripe.com/i/1",
    metadata={"order": "7"},
    livemode=True,
    created=START + 8,
)
REQUIRED = (
    "id object status currency collection_method subtotal total amount_due amount_paid amount_remaining livemode"
    " created"
).split()
BARE = {key: FULL[key] for key in REQUIRED}


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory()


@pytest.fixture
def show(organization: Organization) -> Any:
    def project(*snapshots: Snapshot, deleted: bool = False) -> dict[str, Any]:
        invoices.project([projectable(one, organization, deleted=deleted) for one in snapshots])
        row = Invoice.objects.filter(stripe_id=snapshots[0]["id"]).first()
        return columns(row, "organization_id") if row else {}

    return project


def test_every_column_comes_from_its_field(show: Any, organization: Organization) -> None:
    assert show(FULL) == {
        "stripe_id": "in_1",
        "number": "ABC-0001",
        "status": "paid",
        "currency": "eur",
        "subscription_id": "sub_1",
        "billing_reason": "subscription_create",
        "collection_method": "send_invoice",
        "subtotal": 10_000,
        "discount": 500,
        "tax": 715,
        "total": 10_215,
        "amount_due": 9_215,
        "amount_paid": 9_000,
        "amount_remaining": 215,
        "starting_balance": -1_000,
        "ending_balance": 0,
        "attempt_count": 2,
        "next_payment_attempt": at(START + 1),
        "period_start": at(START + 2),
        "period_end": at(START + 3),
        "due_at": at(START + 4),
        "issued_at": at(START + 5),
        "paid_at": at(START + 6),
        "voided_at": at(START + 7),
        "hosted_invoice_url": "https://invoice.stripe.com/i/1",
        "metadata": {"order": "7"},
        "livemode": True,
        "stripe_created_at": at(START + 8),
    }
    assert Invoice.objects.get().organization == organization


def test_a_later_snapshot_overwrites_all_of_them(show: Any) -> None:
    show(FULL)
    shown = show({**BARE, "status": "draft", "livemode": False})
    assert shown == {
        **{key: BARE[key] for key in REQUIRED if key not in ("id", "object", "created")},
        "stripe_id": "in_1",
        "status": "draft",
        "livemode": False,
        "number": "",
        "subscription_id": None,
        "billing_reason": "",
        **dict.fromkeys(("discount", "tax", "starting_balance", "attempt_count"), 0),
        **dict.fromkeys(("ending_balance", "next_payment_attempt", "period_start", "period_end", "due_at")),
        **dict.fromkeys(("issued_at", "paid_at", "voided_at")),
        "hosted_invoice_url": "",
        "metadata": {},
        "stripe_created_at": at(START + 8),
    }


OPTIONAL = (
    "number billing_reason total_discount_amounts total_taxes starting_balance ending_balance attempt_count"
    " next_payment_attempt period_start period_end due_date status_transitions hosted_invoice_url metadata parent"
).split()


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_as_good_as_absent(show: Any, field: str) -> None:
    absent = show({key: value for key, value in FULL.items() if key != field})
    show(FULL)
    assert show({**FULL, field: None}) == absent


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (None, None),
        ({"type": "quote_details", "quote_details": {"quote": "qt_1"}, "subscription_details": None}, None),
        ({"type": "subscription_details", "subscription_details": {"subscription": "sub_9"}}, "sub_9"),
        ({"type": "subscription_details", "subscription_details": {"subscription": {"id": "sub_9"}}}, "sub_9"),
    ],
)
def test_the_subscription_is_named_by_the_parent(show: Any, parent: Any, expected: str | None) -> None:
    assert show(invoice(parent=parent))["subscription_id"] == expected


def test_an_invoice_may_come_before_its_subscription(show: Any) -> None:
    assert show(invoice())["subscription_id"] == "sub_1"


def test_an_invoice_that_gives_money_back_is_below_zero(show: Any) -> None:
    shown = show(invoice(subtotal=-2900, total=-2900, amount_due=0, amount_remaining=0, ending_balance=-2900))
    assert (shown["subtotal"], shown["total"], shown["amount_due"], shown["ending_balance"]) == (-2900, -2900, 0, -2900)


@pytest.mark.parametrize("status", ["draft", "open", "paid", "void", "uncollectible"])
def test_every_status_of_stripe_has_a_place(show: Any, status: str) -> None:
    assert show(invoice(status=status))["status"] == status


def test_every_column_of_a_line_comes_from_its_field(show: Any, organization: Organization) -> None:
    one = line(
        amount=8700,
        quantity=3,
        parent=line_parent(proration=True),
        taxes=[tax(600), tax(9)],
        discount_amounts=[{"amount": 100, "discount": "di_1"}, {"amount": 50, "discount": "di_2"}],
    )
    show(invoice(lines=[one]))
    assert only(InvoiceLine) == {
        "stripe_id": "il_1",
        "organization_id": organization.pk,
        "invoice_id": "in_1",
        "position": 0,
        "description": "1 × Premium (at $29.00 / month)",
        "amount": 8700,
        "currency": "usd",
        "quantity": 3,
        "unit_amount_decimal": "2900",
        "price_id": "price_1",
        "subscription_item_id": "si_1",
        "proration": True,
        "period_start": at(START),
        "period_end": at(START + MONTH),
        "tax": 609,
        "discount": 150,
    }


def test_a_line_without_what_may_be_missing_is_written_too(show: Any, organization: Organization) -> None:
    bare = {"id": "il_1", "object": "line_item", "amount": -500, "currency": "usd"}
    show(invoice(lines=[bare]))
    assert only(InvoiceLine, "organization_id") == {
        "stripe_id": "il_1",
        "invoice_id": "in_1",
        "position": 0,
        **dict.fromkeys(("description", "unit_amount_decimal", "price_id", "subscription_item_id"), ""),
        "amount": -500,
        "currency": "usd",
        **dict.fromkeys(("quantity", "period_start", "period_end")),
        "proration": False,
        "tax": 0,
        "discount": 0,
    }


LINE_OPTIONAL = "description quantity pricing parent period taxes discount_amounts".split()


@pytest.mark.parametrize("field", LINE_OPTIONAL)
def test_null_in_a_line_is_as_good_as_absent(show: Any, field: str) -> None:
    show(invoice(lines=[{key: value for key, value in line().items() if key != field}]))
    absent = only(InvoiceLine)
    show(invoice(lines=[line(**{field: None})]))
    assert only(InvoiceLine) == absent


def test_a_line_of_an_invoice_item_may_be_a_proration(show: Any) -> None:
    credit = line(amount=-1450, parent=line_parent("invoice_item_details", proration=True))
    show(invoice(lines=[credit]))
    row = only(InvoiceLine)
    assert (row["proration"], row["subscription_item_id"], row["amount"]) == (True, "", -1450)


def test_lines_stand_in_stripes_order(show: Any) -> None:
    show(invoice(lines=[line("il_c"), line("il_a"), line("il_b")]))
    assert list(InvoiceLine.objects.values_list("stripe_id", flat=True)) == ["il_c", "il_a", "il_b"]


def test_lines_that_left_are_gone_and_those_that_stayed_are_the_same_rows(show: Any) -> None:
    show(invoice(lines=[line("il_1"), line("il_2")]))
    kept = InvoiceLine.objects.get(stripe_id="il_2").pk
    show(invoice(lines=[line("il_2", amount=1), line("il_3")]))
    rows = list(InvoiceLine.objects.values_list("stripe_id", "position", "amount"))
    assert rows == [("il_2", 0, 1), ("il_3", 1, 2900)]
    assert InvoiceLine.objects.get(stripe_id="il_2").pk == kept


def test_lines_of_other_invoices_stay(show: Any) -> None:
    show(invoice("in_2", lines=[line("il_2", invoice="in_2")]))
    show(invoice("in_1", lines=[]))
    assert only(InvoiceLine)["stripe_id"] == "il_2"


def test_a_deleted_draft_leaves_with_its_lines(show: Any) -> None:
    """It was never issued: nobody owes it, and it has no number that could be missing."""
    show(invoice("in_2", lines=[line("il_2")]))
    show(invoice("in_1", status="draft"))
    assert show(invoice("in_1", status="draft"), deleted=True) == {}
    assert (only(Invoice)["stripe_id"], only(InvoiceLine)["stripe_id"]) == ("in_2", "il_2")


def test_a_draft_that_was_deleted_before_we_saw_it_makes_nothing(show: Any) -> None:
    assert show(invoice(status="draft"), deleted=True) == {}
    assert not InvoiceLine.objects.exists()


def test_an_invoice_of_nobody_is_too_early() -> None:
    with pytest.raises(TooEarly, match="in_1"):
        invoices.project([projectable(invoice())])
    assert not Invoice.objects.exists()


def test_many_are_written_in_a_handful_of_statements(
    organization: Organization, django_assert_max_num_queries: Any
) -> None:
    many = [
        projectable(invoice(f"in_{n}", lines=[line(f"il_{n}_{m}") for m in range(3)]), organization) for n in range(30)
    ]
    with django_assert_max_num_queries(6):
        invoices.project(many)
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (30, 90)
