"""refund -> Refund, invoice_payment -> InvoicePayment: neither names a customer, so the owner is found through what
they name."""

from typing import Any

import pytest

from billing.models import InvoicePayment, Organization, Refund, StripeObject
from billing.projection import payments
from billing.projection.sighting import Verdict
from billing.projection.snapshot import TooEarly
from tests.factories import OrganizationFactory
from tests.projection.payments import charge, invoice_payment, payment_intent, refund
from tests.projection.seen import at, only, projectable, told
from tests.projection.snapshots import START, Snapshot, customer, invoice

pytestmark = pytest.mark.django_db

REFUND = refund(
    reason="requested_by_customer",
    status="failed",
    failure_reason="expired_or_canceled_card",
    metadata={"ticket": "7"},
    created=START + 1,
)
PAID = invoice_payment(
    status="paid",
    amount_paid=2900,
    status_transitions={"canceled_at": None, "paid_at": START + 2},
    livemode=True,
    created=START + 1,
)


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1")


@pytest.fixture
def give_back(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        payments.project_refunds([projectable(snapshot, organization)])
        return only(Refund, "organization_id")

    return project


@pytest.fixture
def tie(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        payments.project_invoice_payments([projectable(snapshot, organization)])
        return only(InvoicePayment, "organization_id")

    return project


def test_every_column_of_a_refund_comes_from_its_field(give_back: Any) -> None:
    assert give_back(REFUND) == {
        "stripe_id": "re_1",
        "payment_id": "pi_1",
        "attempt_id": "ch_1",
        "amount": 1200,
        "currency": "usd",
        "status": "failed",
        "reason": "requested_by_customer",
        "failure_reason": "expired_or_canceled_card",
        "metadata": {"ticket": "7"},
        "created_at": at(START + 1),
    }


def test_a_later_snapshot_overwrites_all_of_a_refund(give_back: Any) -> None:
    give_back(REFUND)
    bare = {"id": "re_1", "object": "refund", "amount": 1, "currency": "eur", "created": START}
    assert give_back(bare) == {
        "stripe_id": "re_1",
        "payment_id": None,
        "attempt_id": None,
        "amount": 1,
        "currency": "eur",
        **dict.fromkeys(("status", "reason", "failure_reason"), ""),
        "metadata": {},
        "created_at": at(START),
    }


@pytest.mark.parametrize("field", "charge payment_intent status reason failure_reason metadata".split())
def test_null_in_a_refund_is_as_good_as_absent(give_back: Any, field: str) -> None:
    absent = give_back({key: value for key, value in REFUND.items() if key != field})
    give_back(REFUND)
    assert give_back({**REFUND, field: None}) == absent


def test_every_column_of_an_invoice_payment_comes_from_its_field(tie: Any) -> None:
    assert tie(PAID) == {
        "stripe_id": "inpay_1",
        "invoice_id": "in_1",
        "payment_id": "pi_1",
        "charge_id": "",
        "status": "paid",
        "amount_paid": 2900,
        "amount_requested": 2900,
        "currency": "usd",
        "is_default": True,
        "paid_at": at(START + 2),
        "livemode": True,
        "created_at": at(START + 1),
    }


def test_an_invoice_payment_not_paid_yet_says_so(tie: Any) -> None:
    tie(PAID)
    shown = tie(invoice_payment(is_default=False))
    assert (shown["status"], shown["amount_paid"], shown["paid_at"], shown["is_default"]) == ("open", None, None, False)


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ({"type": "payment_intent", "payment_intent": "pi_9"}, ("pi_9", "")),
        ({"type": "payment_intent", "payment_intent": {"id": "pi_9", "object": "payment_intent"}}, ("pi_9", "")),
        ({"type": "charge", "charge": "ch_9"}, (None, "ch_9")),
        ({"type": "payment_record", "payment_record": "pr_9"}, (None, "")),
        (None, (None, "")),
    ],
)
def test_an_invoice_is_paid_by_an_intent_a_charge_or_outside(tie: Any, payment: Any, expected: Any) -> None:
    shown = tie(invoice_payment(payment=payment))
    assert (shown["payment_id"], shown["charge_id"]) == expected


PARENTS: list[tuple[Snapshot, list[Snapshot]]] = [
    (refund(), [charge()]),
    (refund(), [payment_intent()]),
    (refund(charge=None), [payment_intent()]),
    (refund(payment_intent=None), [charge()]),
    (refund(), [charge(customer=None), payment_intent()]),
    (refund(charge={"id": "ch_1", "object": "charge"}), [charge()]),
    (invoice_payment(), [invoice()]),
    (invoice_payment(invoice={"id": "in_1", "object": "invoice"}), [invoice()]),
]


@pytest.mark.parametrize(("child", "parents"), PARENTS)
def test_the_owner_is_that_of_what_is_named(
    organization: Organization, child: Snapshot, parents: list[Snapshot]
) -> None:
    told(*parents)
    outcome = told(child)
    assert outcome.owners == {child["id"]: organization.pk}
    model = Refund if child["object"] == "refund" else InvoicePayment
    assert model.objects.get().organization == organization


@pytest.mark.parametrize(
    "snapshot",
    [refund(), refund(charge=None, payment_intent=None), invoice_payment()],
    ids=["refund", "refund that names nothing", "invoice payment"],
)
def test_before_what_is_named_it_is_too_early_and_nothing_is_kept(snapshot: Snapshot) -> None:
    """Nor its snapshot: the event that comes again must find things as if it had never come."""
    outcome = told(snapshot)
    assert list(outcome.verdicts.values()) == [Verdict.TOO_EARLY]
    assert outcome.owners == {}
    assert not StripeObject.objects.exists()
    assert not Refund.objects.exists()
    assert not InvoicePayment.objects.exists()


def test_what_was_too_early_is_welcome_later(organization: Organization) -> None:
    told(refund())
    told(charge())
    assert list(told(refund()).verdicts.values()) == [Verdict.APPLIED]
    assert Refund.objects.get().organization == organization


def test_too_early_holds_up_nobody_else(organization: Organization) -> None:
    outcome = told(refund(), customer(name="Renamed"))
    assert sorted(verdict.name for verdict in outcome.verdicts.values()) == ["APPLIED", "TOO_EARLY"]
    assert Organization.objects.get().name == "Renamed"


@pytest.mark.parametrize("write", [payments.project_refunds, payments.project_invoice_payments])
def test_the_mapping_alone_refuses_a_row_of_nobody(write: Any) -> None:
    snapshot = refund() if write is payments.project_refunds else invoice_payment()
    with pytest.raises(TooEarly, match="is not known yet"):
        write([projectable(snapshot)])
