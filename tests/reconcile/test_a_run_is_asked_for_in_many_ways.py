"""By command, by API, by the clock: one run at a time, and one a night."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from prometheus_client import CollectorRegistry

from audit.actor import SYSTEM
from billing.domain.scopes import Scope
from billing.metrics import BillingState
from billing.models import Discrepancy, Invoice, ReconciliationRun
from billing.reconcile import asking
from billing.reconcile.asking import ask, reconcile_in_slot, resume_reconciliation
from tests.api.calls import Api
from tests.factories import api_key
from tests.inbox.companies import Company

pytestmark = pytest.mark.usefixtures("committing")
NIGHT = datetime(2026, 11, 30, 2, 4, tzinfo=UTC)


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    return Company(stripe_client, sandbox, customers=3)


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out.strip().splitlines()[-1]))


def test_the_command_tells_the_figures_in_its_last_line(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reconcile", "--full", "--json")
    told = last_line(capsys)
    assert told["checked"] > 20
    assert told["found"] == told["healed"] + told["discrepancies"] > 0
    assert told["discrepancies"] == Discrepancy.objects.open().count()
    call_command("reconcile", "--json")
    assert last_line(capsys)["healed"] == 0


def test_the_command_refuses_nouns_that_nobody_knows(company: Company) -> None:
    with pytest.raises(CommandError, match="moon"):
        call_command("reconcile", "--nouns", "moon")
    with pytest.raises(CommandError, match="stopped"):
        call_command("reconcile", "--resume")


def test_there_is_one_unfinished_run() -> None:
    first = ask(by=SYSTEM, nouns=["invoice"])
    assert ask(by=SYSTEM, full=True) == first


def test_the_api_takes_it_and_a_worker_does_it(company: Company) -> None:
    caller = Api(api_key(None, Scope.BILLING_READ, Scope.BILLING_WRITE))
    answer = caller.post("billing/reconcile", {"full": True}, **{"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["status"]) == (202, "asked")
    run_id = answer.json()["id"]
    resume_reconciliation()
    shown = caller.get(f"billing/reconcile/{run_id}").json()
    assert (shown["status"], shown["id"]) == ("done", run_id)
    assert shown["healed"] > 0
    again = caller.post("billing/reconcile", {"full": True}, **{"Idempotency-Key": "one"})
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (run_id, "true")
    assert ReconciliationRun.objects.count() == 1
    assert caller.post("billing/reconcile", {"nouns": ["moon"]}).status_code == 400
    assert caller.get("billing/reconcile/rec_0").status_code == 404


def test_a_going_run_is_answered_and_not_doubled() -> None:
    caller = Api(api_key(None, Scope.BILLING_READ, Scope.BILLING_WRITE))
    ids = {caller.post("billing/reconcile", {}).json()["id"] for _ in range(3)}
    assert len(ids) == ReconciliationRun.objects.count() == 1


def test_a_night_has_one_run_however_many_ticks(company: Company) -> None:
    assert reconcile_in_slot(now=NIGHT) is not None
    for minutes in (1, 10, 600, 1300):
        assert reconcile_in_slot(now=NIGHT + timedelta(minutes=minutes)) is None
    assert ReconciliationRun.objects.count() == 1
    assert reconcile_in_slot(now=NIGHT + timedelta(days=1)) is not None


def test_what_was_interrupted_goes_on_with_the_next_tick(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as patched:
        patched.setattr(asking, "reconcile", broken)
        with pytest.raises(RuntimeError):
            reconcile_in_slot(now=NIGHT)
    assert reconcile_in_slot(now=NIGHT + timedelta(minutes=10)) is not None
    assert ReconciliationRun.objects.get().status == "done"


def test_what_is_open_is_measured_and_seen_by_operators(company: Company) -> None:
    call_command("reconcile")
    Discrepancy.objects.open().delete()
    run = ReconciliationRun.objects.get()
    invoice = Invoice.objects.first()
    assert invoice is not None
    for field in ("total", "amount_due"):
        Discrepancy.objects.create(
            run=run,
            organization_id=invoice.organization_id,
            object_type="invoice",
            stripe_id=invoice.stripe_id,
            kind="amount_differs",
            field=field,
            here=1,
            there=101,
            amount=100,
            currency="usd",
        )
    registry = CollectorRegistry()
    registry.register(BillingState(NIGHT))
    kinds = {kind: registry.get_sample_value("reconciliation_discrepancies", {"kind": kind}) for kind in KINDS}
    assert kinds == {**dict.fromkeys(KINDS, 0), "amount_differs": 2}
    assert registry.get_sample_value("reconciliation_discrepancy_amount", {"currency": "usd"}) == 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT field, amount, run, status FROM billing_audit WHERE event_type = %s", [DIFFERS])
        assert sorted(row for row in cursor.fetchall() if row[3] == "open") == [
            ("amount_due", 100, run.public_id, "open"),
            ("total", 100, run.public_id, "open"),
        ]


DIFFERS = "discrepancy.amount_differs"
KINDS = ("missing_here", "missing_there", "field_differs", "amount_differs", "effect_missing")
