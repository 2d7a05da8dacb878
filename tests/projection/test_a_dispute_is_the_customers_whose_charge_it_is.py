"""dispute -> Dispute: it names no customer, so the owner is found through the charge."""

from typing import Any

import pytest

from billing.domain.personal import without_personal
from billing.domain.states import DisputeStatus, one_way_rank
from billing.models import Dispute, Organization
from billing.projection import disputes
from billing.projection.sighting import Verdict
from tests.factories import OrganizationFactory
from tests.projection.payments import charge
from tests.projection.seen import at, only, projectable, told
from tests.projection.settlements import EVIDENCE, balance_transaction, dispute
from tests.projection.snapshots import START, Snapshot

pytestmark = pytest.mark.django_db

DISPUTE = dispute(
    created=START + 1,
    status="under_review",
    evidence_details={**EVIDENCE, "has_evidence": True, "submission_count": 1},
    balance_transactions=[balance_transaction("txn_9", amount=-2900, fee=1500, net=-4400)],
    is_charge_refundable=True,
    metadata={"ticket": "7"},
    livemode=True,
)


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(stripe_customer_id="cus_1")


@pytest.fixture
def write(organization: Organization) -> Any:
    def project(snapshot: Snapshot) -> dict[str, Any]:
        disputes.project([projectable(snapshot, organization)])
        return only(Dispute, "organization_id")

    return project


def test_every_column_comes_from_its_field(write: Any) -> None:
    assert write(DISPUTE) == {
        "stripe_id": "du_1",
        "attempt_id": "ch_1",
        "payment_id": "pi_1",
        "status": "under_review",
        "reason": "fraudulent",
        "network_reason_code": "10.4",
        "amount": 2900,
        "currency": "usd",
        "is_charge_refundable": True,
        "evidence_due_at": at(EVIDENCE["due_by"]),
        "has_evidence": True,
        "submission_count": 1,
        "balance_transaction_ids": ["txn_9"],
        "metadata": {"ticket": "7"},
        "livemode": True,
        "created_at": at(START + 1),
    }


@pytest.mark.parametrize(
    "field",
    "charge payment_intent reason network_reason_code is_charge_refundable evidence_details balance_transactions"
    " metadata".split(),
)
def test_null_is_as_good_as_absent(write: Any, field: str) -> None:
    absent = write({key: value for key, value in DISPUTE.items() if key != field})
    write(DISPUTE)
    assert write({**DISPUTE, field: None}) == absent


def test_before_its_charge_it_is_too_early(organization: Organization) -> None:
    outcome = told(dispute())
    assert list(outcome.verdicts.values()) == [Verdict.TOO_EARLY]
    told(charge())
    told(dispute())
    assert Dispute.objects.get().organization == organization


@pytest.mark.parametrize("status", list(DisputeStatus))
def test_every_status_of_stripes_can_be_stored(write: Any, status: str) -> None:
    assert write(dispute(status=status))["status"] == status


def test_a_question_of_the_bank_may_become_a_dispute_and_both_end() -> None:
    way = ("warning_needs_response", "warning_under_review", "needs_response", "under_review", "lost")
    ranks = [one_way_rank("dispute", status) for status in way]
    assert ranks == sorted(set(ranks))


def test_nothing_of_the_evidence_is_kept_of_an_erased_customer(write: Any) -> None:
    told_of = {**DISPUTE, "evidence": {"customer_name": "Ada", "customer_purchase_ip": "203.0.113.9"}}
    kept = without_personal(told_of, statutory=True)
    assert "Ada" not in repr(kept)
    assert "203.0.113.9" not in repr(kept)
    assert write(kept) == {**write(DISPUTE), "metadata": {}}
