"""Row F23: webhooks were off for three days, and for a month: afterwards everything is what Stripe has."""

import random
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Discrepancy, Invoice, ReconciliationRun
from tests.inbox.companies import Company
from tests.inbox.signups import body
from tests.reconcile.books import differing, everything, reconcile

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    return Company(stripe_client, sandbox, customers=6)


def hear(events: list[dict[str, Any]]) -> None:
    for event in events:
        receive(body(event), now=timezone.now())
    process_due()


@pytest.mark.parametrize("days", [3, 31, 62])
def test_after_days_without_webhooks_everything_is_as_stripe_has_it(company: Company, sandbox: str, days: int) -> None:
    hear(company.news())
    reconcile()
    company.change()
    company.live(days=days)
    run = reconcile()
    assert differing(sandbox) == []
    assert run.found == run.total("healed") + Discrepancy.objects.open().count() > 0
    assert not Discrepancy.objects.open().exclude(kind="effect_missing").exists()


def test_a_second_run_changes_nothing(company: Company) -> None:
    company.live(days=40)
    reconcile()
    before = everything()
    entries = AuditEntry.objects.filter(action="reconciliation.healed").count()
    waiting = list(Discrepancy.objects.open().order_by("pk").values())
    again = reconcile(full=True)
    assert everything() == before
    assert (again.total("healed"), again.total("refreshed")) == (0, 0)
    assert list(Discrepancy.objects.open().order_by("pk").values()) == waiting
    assert again.found == again.total("effect_missing") == len(waiting)
    assert AuditEntry.objects.filter(action="reconciliation.healed").count() == entries


@pytest.mark.parametrize("seed", range(3))
def test_webhooks_lost_at_random_are_made_good(company: Company, sandbox: str, seed: int) -> None:
    chance = random.Random(seed)
    told = company.news()
    for tenth in range(7):
        if tenth == 4:
            company.change()
        told += company.live(days=10)
    kinds = sorted({event["type"] for event in told})
    lost = set(chance.sample(kinds, len(kinds) // 3))
    hear([event for event in told if event["type"] not in lost and chance.random() > 0.2])
    reconcile()
    assert differing(sandbox) == []
    before = everything()
    reconcile()
    assert everything() == before


def test_a_missing_invoice_is_reported_with_its_money(company: Company) -> None:
    hear(company.news())
    reconcile()
    company.live(days=31)
    run = reconcile(nouns=["invoice"])
    rows = Discrepancy.objects.filter(run=run, kind="missing_here")
    assert rows.count() == run.tallies["invoice"]["missing_here"] > 0
    assert {row.status for row in rows} == {"healed"}
    totals = {one.stripe_id: one.total for one in Invoice.objects.all()}
    assert all((row.amount, row.currency) == (totals[row.stripe_id], "usd") for row in rows)
    assert 0 < run.revenue_accuracy < 1
    assert run.misbilled == {"usd": sum(row.amount for row in Discrepancy.objects.filter(run=run))}


def test_begin_end_and_each_repair_are_in_the_log(company: Company) -> None:
    run = reconcile()
    actions = list(AuditEntry.objects.filter(source="reconcile").values_list("action", flat=True))
    assert (actions[0], actions[-1]) == ("reconciliation.begun", "reconciliation.ended")
    healed = Discrepancy.objects.filter(run=run, status="healed").values("stripe_id").distinct().count()
    assert actions.count("reconciliation.healed") == healed > 10
    assert ReconciliationRun.objects.get().status == "done"
