"""What no webhook brought is read from Stripe's list, from where it was last read, and stored once. Row F23."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app

from billing.gateway import listing
from billing.gateway.errors import Unknown
from billing.inbox import backfill as backfilling
from billing.inbox.backfill import JOB, REBUILD_TASK, Watermark, backfill
from billing.inbox.process import process_due
from billing.inbox.receive import PROCESS_TASK, receive
from billing.jobs import AlreadyRunning, running
from billing.models import JobRun, SubscriptionChange, WebhookEvent
from tests.inbox.companies import START, Company
from tests.inbox.signups import body
from tests.stripe_events import all_events, ask_sandbox

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def company(stripe_client: Any, sandbox: str) -> Company:
    return Company(stripe_client, sandbox, customers=2)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Doorbells that were rung."""
    heard: list[str] = []
    send = lambda task, **options: heard.append(task)  # noqa: E731
    monkeypatch.setattr(current_app._get_current_object(), "send_task", send)
    return heard


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS_OF_A_PAGE", 7)


def clock(base: str) -> datetime:
    return datetime.fromtimestamp(ask_sandbox(base, "/_sandbox/clock")["now"], tz=UTC)


def hear(base: str, *, since: datetime | None = None) -> dict[str, int]:
    return backfill(now=clock(base), since=since)


def ids(base: str) -> list[str]:
    return sorted(one["id"] for one in all_events(base))


def stored() -> list[str]:
    return sorted(WebhookEvent.objects.values_list("stripe_event_id", flat=True))


def test_a_new_installation_looks_a_day_back(company: Company, sandbox: str) -> None:
    old = ids(sandbox)
    ask_sandbox(sandbox, "/_sandbox/clock", {"advance": 2 * 86_400})
    company.v1.customers.create({"name": "Fresh"})
    assert hear(sandbox)["new"] == len(stored()) > 0
    assert not set(old) & set(stored())


@pytest.mark.usefixtures("small_pages")
def test_since_a_time_everything_comes_oldest_first(company: Company, sandbox: str) -> None:
    company.live(20)
    counts = hear(sandbox, since=clock(sandbox) - timedelta(days=30))
    assert stored() == ids(sandbox)
    assert counts["new"] == counts["read"] == len(stored())
    assert counts["pages"] >= len(stored()) // 7
    times = list(WebhookEvent.objects.order_by("id").values_list("stripe_created_at", flat=True))
    assert times == sorted(times)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("days", [0, 1, 9])
def test_where_older_events_are_listed_it_begins_at_the_time(company: Company, sandbox: str, days: int) -> None:
    company.live(20)
    start = clock(sandbox) - timedelta(days=days)
    hear(sandbox, since=start)
    assert stored() == sorted(one["id"] for one in all_events(sandbox) if one["created"] >= start.timestamp())


def test_what_came_by_webhook_is_not_stored_again(company: Company, sandbox: str, rung: list[str]) -> None:
    told = all_events(sandbox)
    for event in told[::2]:
        receive(body(event), now=clock(sandbox))
    before = {row.pk: row.payload for row in WebhookEvent.objects.all()}
    rung.clear()
    counts = hear(sandbox)
    assert (counts["read"], counts["new"]) == (len(told), len(told) - len(told[::2]))
    assert {row.pk: row.payload for row in WebhookEvent.objects.filter(pk__in=before)} == before
    assert rung == [PROCESS_TASK] * counts["pages"]


def test_a_second_run_finds_nothing_and_wakes_nobody(company: Company, sandbox: str, rung: list[str]) -> None:
    hear(sandbox)
    rung.clear()
    assert hear(sandbox)["new"] == 0
    assert rung == []


def test_the_stored_text_is_what_stripe_says_of_the_event(company: Company, sandbox: str) -> None:
    company.v1.customers.create({"name": 'Żółć "\\ \u2028', "metadata": {"rate": "1.0"}})
    hear(sandbox)
    theirs = {one["id"]: one for one in all_events(sandbox)}
    assert {row.stripe_event_id: json.loads(row.payload) for row in WebhookEvent.objects.all()} == theirs
    row = WebhookEvent.objects.get(event_type="customer.created", payload__contains="rate")
    assert (row.object_id, row.api_version, row.livemode) == (
        theirs[row.stripe_event_id]["data"]["object"]["id"],
        theirs[row.stripe_event_id]["api_version"],
        False,
    )


@pytest.mark.usefixtures("small_pages")
def test_a_run_that_broke_off_is_gone_on_with(company: Company, sandbox: str) -> None:
    company.live(20)
    since = clock(sandbox) - timedelta(days=30)
    fault = {"operation": "GET /v1/events", "kind": "error_500", "count": 1}
    seen: list[int] = []

    def break_after_three(counts: dict[str, int]) -> None:
        seen.append(counts["read"])
        if len(seen) == 3:
            ask_sandbox(sandbox, "/_sandbox/faults", fault)

    with pytest.raises(Unknown):
        backfill(now=clock(sandbox), since=since, progress=break_after_three)
    half = len(stored())
    assert 0 < half < len(ids(sandbox))
    counts = hear(sandbox)
    assert stored() == ids(sandbox)
    assert counts["new"] == len(stored()) - half
    assert [row.status for row in JobRun.objects.order_by("id")] == ["failed", "done"]


def test_an_event_that_shows_late_is_found_in_the_overlap(
    company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe's list shows an event a moment after a younger one."""
    listed = backfilling.list_page
    late = all_events(sandbox)[-2]["id"]

    def without(*words: Any, **options: Any) -> listing.Page:
        page = listed(*words, **options)
        return listing.Page([row for row in page.rows if row["id"] != late], page.has_more, page.last_id)

    with monkeypatch.context() as patch:
        patch.setattr(backfilling, "list_page", without)
        hear(sandbox)
    assert late not in stored()
    hear(sandbox)
    assert stored() == ids(sandbox)


def test_only_one_runs_at_a_time(company: Company, sandbox: str) -> None:
    with running(JOB), pytest.raises(AlreadyRunning):
        hear(sandbox)


def test_what_is_no_event_is_passed_over(company: Company, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = backfilling.list_page

    def with_another(*words: Any, **options: Any) -> listing.Page:
        page = listed(*words, **options)
        odd = [{"id": "evt_?", "object": "event", "created": START}] if page.rows else []
        return listing.Page([*page.rows, *odd], page.has_more, page.last_id)

    monkeypatch.setattr(backfilling, "list_page", with_another)
    hear(sandbox)
    assert stored() == ids(sandbox)


class TestLongerThanStripeRemembers:
    def test_everything_is_read_again_by_object(self, company: Company, sandbox: str, rung: list[str]) -> None:
        hear(sandbox)
        company.live(20)
        company.live(20)
        rung.clear()
        counts = hear(sandbox)
        assert set(ids(sandbox)) <= set(stored())
        assert counts["new"] > 0
        assert rung[0] == REBUILD_TASK
        assert Watermark.last().gap is not None

    def test_it_is_asked_for_until_it_was_done(self, company: Company, sandbox: str, rung: list[str]) -> None:
        hear(sandbox)
        company.live(40)
        hear(sandbox)
        rung.clear()
        hear(sandbox)
        assert REBUILD_TASK in rung
        with running("rebuild_from_stripe"):
            pass
        rung.clear()
        hear(sandbox)
        assert rung == []
        assert Watermark.last().gap is None

    def test_a_quiet_account_has_lost_nothing(self, company: Company, sandbox: str, rung: list[str]) -> None:
        """No event for 40 days, and somebody looked all the while."""
        hear(sandbox)
        for days in (20, 40):
            rung.clear()
            backfill(now=datetime.fromtimestamp(START, tz=UTC) + timedelta(days=days))
            assert rung == []


def test_facts_are_recorded_once_however_often_it_runs(company: Company, sandbox: str) -> None:
    company.live(8)
    for _ in range(2):
        hear(sandbox, since=clock(sandbox) - timedelta(days=30))
        process_due()
    told = [one["id"] for one in all_events(sandbox) if one["type"].startswith("customer.subscription.")]
    recorded = [one for one in told if "trial_will_end" not in one]
    facts = sorted(SubscriptionChange.objects.values_list("source_id", flat=True))
    assert len(facts) == len(set(facts))
    assert set(facts) <= set(recorded)
    assert facts
