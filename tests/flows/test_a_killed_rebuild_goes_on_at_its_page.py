"""SIGKILL in the middle of reading all of Stripe: the next run takes over at the page that was committed last.
Row F24."""

import sys
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing import models
from billing.inbox.backfill import REBUILD_JOB
from billing.models import JobRun
from billing.services.from_stripe.rebuild import rebuild_from_stripe
from tests.flows.processes import Processes, until
from tests.inbox.companies import Company
from tests.inbox.conftest import stripe_client  # noqa: F401
from tests.inbox.stripe_calls import calls_to_stripe
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.processes


def where() -> str:
    row = JobRun.objects.filter(job=REBUILD_JOB).first()
    return str(row.progress.get("noun", "")) if row else ""


def test_it_goes_on(processes: Processes, stripe_client: Any, sandbox: str) -> None:  # noqa: F811
    Company(stripe_client, sandbox, customers=3)
    ask_sandbox(
        sandbox, "/_sandbox/faults", {"operation": "GET /v1/invoices", "kind": "slow", "seconds": 25, "count": 1}
    )
    process = processes.start("rebuild", [sys.executable, "manage.py", "rebuild_from_stripe"])
    until(lambda: where() == "subscription", what="the page before the invoices")
    process.kill()
    assert models.Subscription.objects.count() == 3
    assert not models.Invoice.objects.exists()
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # a minute and a half later
    with calls_to_stripe() as calls:
        counts = rebuild_from_stripe()
    assert not {"product.list", "price.list", "customer.list"} & calls().keys()
    assert counts["done"]["customer"] == 3
    assert models.Invoice.objects.count() == counts["done"]["invoice"] == 3
    assert [row.status for row in JobRun.objects.order_by("id")] == ["lost", "done"]
