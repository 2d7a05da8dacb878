"""Whatever webhooks were lost: after a backfill the inbox holds every event of Stripe's list once."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from billing import jobs
from billing.gateway.errors import Unknown
from billing.inbox import backfill as backfilling
from billing.inbox.backfill import JOB, backfill
from billing.inbox.process import process_due
from billing.inbox.receive import Unreadable, receive, receive_listed
from billing.models import JobRun, Organization, SubscriptionChange, WebhookEvent
from tests.inbox.signups import body, events_of_a_signup, state
from tests.inbox.stripe_calls import calls_to_stripe
from tests.inbox.webhooks import encoded, event
from tests.stripe_events import all_events

pytestmark = [pytest.mark.usefixtures("committing"), pytest.mark.filterwarnings("ignore")]


def customers(client: Any, count: int) -> None:
    for number in range(count):
        client.v1.customers.create({"name": f"Customer {number}"})


def here() -> list[str]:
    return sorted(WebhookEvent.objects.values_list("stripe_event_id", flat=True))


def there(base: str) -> list[str]:
    return sorted(one["id"] for one in all_events(base))


def test_all_is_fetched_when_all_webhooks_were_lost(sandbox: str, stripe_client: Any) -> None:
    events_of_a_signup(stripe_client, sandbox)
    done = backfill()
    assert (done.listed, done.new) == (len(there(sandbox)), len(there(sandbox)))
    assert here() == there(sandbox)
    process_due()
    assert Organization.objects.get().name == "Acme"
    assert SubscriptionChange.objects.count() >= 1


def test_a_part_that_was_lost_is_fetched_and_the_rest_is_left_alone(sandbox: str, stripe_client: Any) -> None:
    events = events_of_a_signup(stripe_client, sandbox)
    for number, one in enumerate(events):
        if number % 5:
            receive(body(one), now=timezone.now())
    process_due()
    before = dict(WebhookEvent.objects.values_list("stripe_event_id", "payload"))
    done = backfill()
    assert done.new == len(events) - len(before)
    assert here() == there(sandbox)
    assert {
        key: value for key, value in WebhookEvent.objects.values_list("stripe_event_id", "payload") if key in before
    } == before
    process_due()
    ended = state()
    assert backfill().new == 0
    process_due()
    assert state() == ended


def test_it_goes_forward_from_where_it_was(sandbox: str, stripe_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfilling, "OVERLAP", timedelta(0))
    customers(stripe_client, 3)
    assert backfill().new == 3
    customers(stripe_client, 2)
    done = backfill()
    assert done.new == 2
    assert done.listed < 5
    assert here() == there(sandbox)


def test_it_reads_page_by_page_and_goes_on_where_it_was_killed(
    sandbox: str, stripe_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers(stripe_client, 1)
    backfill()
    monkeypatch.setattr(backfilling, "OVERLAP", timedelta(0))
    monkeypatch.setattr("billing.gateway.listing.ROWS_OF_A_PAGE", 4)
    customers(stripe_client, 14)
    real, pages = backfilling.newer_page, []

    def breaks_at_the_third(*arguments: Any, **options: Any) -> Any:
        pages.append(options["ending_before"])
        if len(pages) == 3:
            raise Unknown("No answer.")
        return real(*arguments, **options)

    monkeypatch.setattr(backfilling, "newer_page", breaks_at_the_third)
    with pytest.raises(Unknown):
        backfill()
    assert WebhookEvent.objects.count() == 1 + 8
    with calls_to_stripe() as calls:
        backfill()
    assert here() == there(sandbox)
    assert sum(calls().values()) == 2  # six events are left, and it does not begin again
    assert list(JobRun.objects.filter(job=JOB).order_by("id").values_list("status", flat=True)) == [
        "done",
        "failed",
        "done",
    ]


def test_where_stripe_forgot_the_cursor_it_looks_by_time(sandbox: str, stripe_client: Any) -> None:
    customers(stripe_client, 2)
    backfill()
    newest = WebhookEvent.objects.order_by("-id").first()
    WebhookEvent.objects.exclude(pk=newest.pk).delete()
    long_ago = timezone.now() - timedelta(days=1)
    WebhookEvent.objects.update(stripe_event_id="evt_forgotten", stripe_created_at=long_ago)
    assert backfill().new == 2
    assert set(there(sandbox)) <= set(here())


def test_a_look_after_more_than_thirty_days_says_that_events_are_gone(sandbox: str, stripe_client: Any) -> None:
    customers(stripe_client, 1)
    first = backfill()
    assert first.gap_from is None
    JobRun.objects.filter(job=JOB).update(finished_at=timezone.now() - timedelta(days=31))
    done = backfill()
    assert done.gap_from == first.through
    assert backfill().gap_from is None


def test_two_at_once_are_one(sandbox: str) -> None:
    with jobs.running(JOB), pytest.raises(jobs.AlreadyRunning):
        backfill()


def test_the_command_says_what_was_missing(sandbox: str, stripe_client: Any) -> None:
    customers(stripe_client, 2)
    out = StringIO()
    call_command("backfill_stripe_events", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["listed"], told["new"], told["gap_from"]) == (2, 2, None)
    out = StringIO()
    call_command("backfill_stripe_events", "--since", "2020-01-01", stdout=out)
    assert out.getvalue() == "2 events listed, 0 were missing.\n"


def test_the_command_says_that_stripe_does_not_answer() -> None:
    with pytest.raises(CommandError, match="Run it again; it goes on there"):
        call_command("backfill_stripe_events")


def test_a_list_with_something_that_is_no_event_stores_nothing() -> None:
    with pytest.raises(Unreadable):
        receive_listed([encoded(event("evt_1")), b"{}"], now=timezone.now())
    assert not WebhookEvent.objects.exists()
    assert receive_listed([], now=timezone.now()) == 0
