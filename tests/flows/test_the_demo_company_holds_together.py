"""A small demo company, lived once: what must hold of it, by every way that leads to a number or a row."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from analytics.ledger.check import check_all
from analytics.queries import movements, mrr, mrr_by_plan, mrr_rows
from billing.gateway import client
from billing.inbox.mirror_queue import mirror_due
from billing.models import Invoice, Organization, StripeObject, Subscription, WebhookEvent
from billing.projection.rebuild import rebuild_projection
from deploy.demo.live import live
from deploy.demo.post import ByHand
from tests.conftest import point_to
from tests.environment import DATABASE, server
from tests.inbox.signups import state
from tests.sandbox.running import running_sandbox
from usage.aggregate import rollup_differences
from usage.domain.windows import Window

COMPANIES = 10
HISTORY = timedelta(days=400)
NAME = f"{DATABASE}_demo"
NOW = datetime.now(tz=UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def company(
    template: str,
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The first customer of a company that has lived for 400 days; each test here only reads, or rebuilds."""
    folder: Path = tmp_path_factory.mktemp("demo")
    server.clone(template, NAME)
    with (
        running_sandbox(folder / "sandbox.sqlite") as base,
        override_settings(STRIPE_API_BASE=base),
        django_db_blocker.unblock(),
    ):
        client._client.cache_clear()
        point_to(NAME)
        try:
            asked = retrieved()
            first = live(companies=COMPANIES, now=NOW, post=ByHand(), report=lambda at: None, history=HISTORY)
            first.asked = retrieved() - asked  # the counter is the process's, and other tests count with it
            yield first
        finally:
            connections.close_all()
            point_to(DATABASE)
            client._client.cache_clear()
    server.drop(NAME)


def test_every_event_was_processed(company: Organization) -> None:
    assert WebhookEvent.objects.count() > 500
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()


def test_the_first_customer_has_a_paid_year(company: Organization) -> None:
    assert Subscription.objects.get(organization=company).status == "active"
    assert Invoice.objects.filter(organization=company, status="paid").count() >= 12
    assert company.currency == "usd"


def test_stripe_was_asked_about_few_objects(company: Any) -> None:
    assert company.asked <= 0.1 * WebhookEvent.objects.count()


def retrieved() -> float:
    """Requests for one object that this process has sent so far."""
    return sum(
        sample.value
        for metric in client.requests_total.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["operation"].endswith(".retrieve")
    )


def test_a_full_projection_from_the_snapshots_gives_the_same_rows(company: Organization) -> None:
    before = state()
    rebuild_projection()
    assert state() == before


def test_every_object_passes_through_djstripe(company: Organization) -> None:
    tally = mirror_due(seconds=240)
    failed = StripeObject.objects.exclude(mirror_error="")
    assert not failed.exists(), list(failed.values_list("object_type", "mirror_error")[:5])
    assert tally.synced > 100
    assert not StripeObject.objects.mirror_due(now=datetime.now(tz=UTC)).exists()


def test_every_months_bridge_closes(company: Organization) -> None:
    months = movements("month").bridges
    assert len(months) >= 13
    for month in months:
        parts = (month.new, month.expansion, month.reactivation, month.contraction, month.churn, month.pause, month.fx)
        assert month.start.amount + sum(part.amount for part in parts) == month.end.amount
    assert all(earlier.end == later.start for earlier, later in pairwise(months))


def test_the_explained_rows_sum_to_mrr(company: Organization) -> None:
    now = datetime.now(tz=UTC)
    figure = mrr(now)
    assert figure.value.amount > 0
    assert sum(row.amount.amount for row in mrr_rows(now).rows) == figure.value.amount
    assert sum(plan.mrr.amount for plan in mrr_by_plan(now)) == figure.value.amount


def test_a_rebuilt_ledger_equals_the_incremental_one(company: Organization) -> None:
    outcome = check_all()
    assert outcome.subscriptions >= COMPANIES - 1
    assert outcome.differences == []


def test_the_usage_rollup_equals_a_recount(company: Organization) -> None:
    window = Window(NOW - timedelta(days=40), NOW + timedelta(days=1))
    assert [found for _, found in rollup_differences(window, repair=False) if found] == []
