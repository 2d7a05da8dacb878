"""A company that lives at Stripe for months moves here: read without a write, compared, then cut over."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management.base import CommandError

from analytics.models import MrrMovement
from analytics.tasks import check_ledger
from audit.models import AuditEntry
from billing import models
from billing.gateway import client
from billing.models import JobRun, SubscriptionChange
from billing.services.importing import shadow
from billing.services.importing.histories import undone
from tests.commands.running import run
from tests.inbox.companies import Company
from tests.inbox.conftest import stripe_client  # noqa: F401
from tests.inbox.stripe_calls import calls_to_stripe
from tests.stripe_events import ask_sandbox

pytestmark = pytest.mark.usefixtures("committing")
URL = "https://billing.example.com/api/v1/webhooks/stripe"
READ_ONLY = "rk_test_readonly0000000000000001"


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:  # noqa: F811
    """Three months old, so that Stripe's events do not tell of its beginning."""
    made = Company(stripe_client, sandbox, customers=6)
    for days in (20, 20, 20, 20):
        made.live(days)
    made.change()
    return made


@pytest.fixture
def read_only(company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation holds a key that cannot write."""
    ask_sandbox(sandbox, "/_sandbox/keys", {"permissions": {"*": "read"}, "key": READ_ONLY})
    monkeypatch.setattr(settings, "STRIPE_SECRET_KEY", READ_ONLY)
    client._client.cache_clear()


def clock(base: str) -> datetime:
    return datetime.fromtimestamp(ask_sandbox(base, "/_sandbox/clock")["now"], tz=UTC)


def imported(base: str, **options: Any) -> dict[str, Any]:
    report: dict[str, Any] = shadow.import_shadow(now=clock(base), **options)
    return report


def digest(base: str) -> Any:
    return ask_sandbox(base, "/_sandbox/digest")


@pytest.mark.usefixtures("read_only")
def test_a_key_that_cannot_write_is_enough_and_nothing_changes_there(company: Company, sandbox: str) -> None:
    before = digest(sandbox)
    with calls_to_stripe() as calls:
        report = imported(sandbox)
    assert digest(sandbox) == before
    assert all(operation.endswith((".list", ".retrieve")) for operation in calls()), calls()
    assert report["clean"], report["unexplained"]
    invoices = ask_sandbox(sandbox, "/v1/invoices?limit=100")["data"]
    paid = [one["total"] for one in invoices if one["status"] == "paid"]
    assert report["amounts"]["invoice"]["usd/paid"] == {"there": [len(paid), sum(paid)], "here": [len(paid), sum(paid)]}
    assert report["objects"]["invoice"] == {"there": len(invoices), "here": len(invoices), "of_no_customer": 0}
    assert models.Invoice.objects.count() == len(invoices)
    assert models.Subscription.objects.count() == 6
    assert models.Refund.objects.get().amount == 500


def test_subscriptions_from_before_the_events_have_a_first_state(company: Company, sandbox: str) -> None:
    report = imported(sandbox)
    facts = SubscriptionChange.objects.filter(cause="imported")
    assert facts.count() == report["histories"] == 6
    assert set(facts.values_list("precision", flat=True)) == {"inferred"}
    moved_up = facts.get(subscription_id=company.subscriptions[0].id)
    assert moved_up.state["items"][0]["price"] == company.prices[0]  # before the change that an event tells of
    assert moved_up.effective_at == datetime.fromtimestamp(company.subscriptions[0].start_date, tz=UTC)
    on_trial = company.subscriptions[2]  # it is on trial no more
    assert facts.get(subscription_id=on_trial.id).effective_at == datetime.fromtimestamp(on_trial.trial_end, tz=UTC)
    check_ledger()
    first = MrrMovement.objects.filter(subscription_id=company.subscriptions[0].id).order_by("effective_at").first()
    assert first is not None
    assert (first.effective_at, first.delta_micro > 0) == (moved_up.effective_at, True)


def test_it_may_be_repeated_beside_the_old_system(company: Company, sandbox: str) -> None:
    imported(sandbox)
    facts = set(SubscriptionChange.objects.values_list("source_id", flat=True))
    company.v1.customers.create({"name": "New meanwhile"})
    report = imported(sandbox)
    assert report["clean"]
    assert report["histories"] == 0
    assert set(SubscriptionChange.objects.values_list("source_id", flat=True)) == facts
    assert models.Organization.objects.filter(name="New meanwhile").exists()


def test_broken_off_it_goes_on_where_it_was(company: Company, sandbox: str) -> None:
    def break_in_the_charges(words: str) -> None:
        if words.startswith("charge:"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(sandbox, progress=break_in_the_charges)
    with calls_to_stripe() as calls:
        report = imported(sandbox)
    assert report["clean"], report
    assert not {"event.list", "product.list", "invoice.list"} & calls().keys()
    assert report["objects"]["charge"]["there"] == models.PaymentAttempt.objects.count()
    assert [row.status for row in JobRun.objects.filter(job=shadow.JOB).order_by("id")] == ["failed", "done"]


def test_money_of_no_customer_is_told_apart(company: Company, sandbox: str) -> None:
    intent = company.v1.payment_intents.create(
        {"amount": 5000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    company.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    report = imported(sandbox)
    assert report["clean"], report["unexplained"]
    assert report["amounts"]["payment_intent"]["usd/succeeded"]["of_no_customer"] == [1, 5000]
    assert report["amounts"]["refund"]["usd/succeeded"]["of_no_customer"] == [1, 700]


class TestCutOver:
    def test_without_a_report_it_is_refused(self) -> None:
        with pytest.raises(CommandError, match="no finished import"):
            run("import_stripe", "--cut-over")

    def test_a_clean_report_is_enough(self, company: Company, sandbox: str) -> None:
        imported(sandbox)
        assert run("import_stripe", "--cut-over").strip() == "This installation leads now."
        entry = AuditEntry.objects.get(action="import.cut_over")
        assert entry.after == {"clean": True, "endpoint": ""}

    def test_what_is_unexplained_has_to_be_accepted(
        self, company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A projection that gets an amount wrong."""
        from billing.projection import invoices

        right = invoices._amounts
        monkeypatch.setattr(invoices, "_amounts", lambda invoice: {**right(invoice), "total": invoice["total"] + 1})
        report = imported(sandbox)
        assert report["unexplained_count"] == models.Invoice.objects.count()
        named = report["unexplained"][0]
        assert named["here"][2] == named["there"][2] + 1
        with pytest.raises(CommandError, match="unexplained"):
            run("import_stripe", "--cut-over")
        run("import_stripe", "--cut-over", "--accept", "one cent each")
        assert AuditEntry.objects.filter(action="import.cut_over").count() == 1

    def test_the_endpoint_is_made_where_asked_for(self, company: Company, sandbox: str) -> None:
        imported(sandbox)
        told = json.loads(run("import_stripe", "--cut-over", "--register-webhook", URL, "--json"))
        assert told["webhook_secret"].startswith("whsec_")
        endpoints = ask_sandbox(sandbox, "/v1/webhook_endpoints")["data"]
        assert [one["url"] for one in endpoints] == [URL]
        with pytest.raises(CommandError, match="already"):
            run("import_stripe", "--cut-over", "--register-webhook", URL)

    @pytest.mark.usefixtures("read_only")
    def test_not_with_a_key_that_cannot_write(self, sandbox: str) -> None:
        imported(sandbox)
        with pytest.raises(CommandError, match="permission"):
            run("import_stripe", "--cut-over", "--register-webhook", URL)
        assert not AuditEntry.objects.filter(action="import.cut_over").exists()


def test_the_command_reports_in_words(company: Company, sandbox: str) -> None:
    with time_machine.travel(clock(sandbox)):
        printed = run("import_stripe", "--shadow")
    assert "invoice usd/paid: there " in printed
    assert printed.strip().endswith("Nothing differs.")


def test_what_an_event_says_of_the_past_is_put_back() -> None:
    now = {"status": "active", "items": {"object": "list", "data": [2]}, "pause": {"a": 1, "b": 2}, "card": {"id": "y"}}
    previous = {"status": "trialing", "items": {"object": "list", "data": [1]}, "pause": {"b": None}, "card": None}
    assert undone(now, previous) == {
        "status": "trialing",
        "items": {"object": "list", "data": [1]},
        "pause": {"a": 1, "b": None},
        "card": None,
    }
