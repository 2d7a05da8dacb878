"""Staff explain to each other why money should move, and customers are named there."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.models import Approval
from billing.services import erasure
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def asked(organization: Any, **fields: Any) -> Approval:
    now = timezone.now()
    return Approval.objects.create(
        organization=organization,
        verb="payment.refund",
        target_type="payment",
        target_id="pi_1",
        amount=94010,
        currency="eur",
        digest="0" * 64,
        reason="Ms Zanary called",
        asked_by_kind="staff",
        asked_by_id="1",
        asked_at=now,
        expires_at=now + timedelta(hours=24),
        status="declined",
        decided_by_id="2",
        decided_at=now,
        decision_reason="Mr Zanary paid it",
        **fields,
    )


def test_both_reasons_go_and_the_decision_stays(by: Any) -> None:
    organization = OrganizationFactory()
    approval = asked(organization)
    other = asked(OrganizationFactory(), public_id="apr_other")
    assert erasure.what_is_there(organization=organization)["billing_approval"] == 1
    done = erasure.erase(organization=organization, reason="Request 2026-17", by=by)
    assert done["billing_approval"] == 1
    approval.refresh_from_db()
    assert (approval.reason, approval.decision_reason) == ("", "")
    assert (approval.amount, approval.currency, approval.status, approval.decided_by_id) == (
        94010,
        "eur",
        "declined",
        "2",
    )
    other.refresh_from_db()
    assert other.reason == "Ms Zanary called"
