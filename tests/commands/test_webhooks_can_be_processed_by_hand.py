"""Whoever calls it from cron reads the exit status: 0 all succeeded, 2 some failed, 1 the job itself failed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.inbox.receive import receive
from billing.models import Organization, WebhookEvent
from tests.commands.running import run
from tests.inbox.failing import Mood, mood  # noqa: F401 - a fixture
from tests.inbox.webhooks import START, customer, encoded, event

pytestmark = pytest.mark.django_db


def received(count: int) -> None:
    """Events of as many customers, each a second younger."""
    for number in range(count):
        about = customer(f"cus_{number}", name=f"Company {number}")
        told = event(f"evt_{number}", about=about, created=START + number)
        receive(encoded(told), now=timezone.now())


def statuses() -> dict[str, str]:
    return dict(WebhookEvent.objects.values_list("stripe_event_id", "status"))


def test_with_nothing_due_it_says_so_and_succeeds() -> None:
    assert run("process_webhooks") == "processed: 0, succeeded: 0, failed: 0\n"
    assert json.loads(run("process_webhooks", "--json")) == {"processed": 0, "succeeded": 0, "failed": 0}


@pytest.mark.parametrize("as_json", [False, True])
def test_it_counts_what_it_did(as_json: bool) -> None:
    received(3)
    if as_json:
        assert json.loads(run("process_webhooks", "--json")) == {"processed": 3, "succeeded": 3, "failed": 0}
    else:
        assert run("process_webhooks") == "processed: 3, succeeded: 3, failed: 0\n"
    assert set(statuses().values()) == {"processed"}
    assert Organization.objects.filter(name__startswith="Company").count() == 3


def test_a_second_pass_finds_nothing() -> None:
    received(2)
    run("process_webhooks")
    assert "processed: 0" in run("process_webhooks")


@pytest.mark.parametrize(("limit", "done"), [("0", 0), ("1", 1), ("2", 2), ("9", 3)])
def test_it_stops_at_the_limit_oldest_first(limit: str, done: int) -> None:
    received(3)
    assert run("process_webhooks", "--limit", limit).startswith(f"processed: {done},")
    assert [name for name, status in sorted(statuses().items()) if status == "processed"] == [
        f"evt_{number}" for number in range(done)
    ]


def test_what_is_not_due_yet_waits() -> None:
    received(2)
    WebhookEvent.objects.filter(stripe_event_id="evt_0").update(next_retry_at=timezone.now() + timedelta(hours=1))
    run("process_webhooks")
    assert statuses() == {"evt_0": "received", "evt_1": "processed"}


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_where_some_failed_the_exit_status_is_2_and_the_counts_are_printed(
    mood: Mood,  # noqa: F811
    capsys: Any,
    words: tuple[str, ...],
) -> None:
    received(3)
    mood.breaks = lambda told: told.id == "evt_1"
    with pytest.raises(SystemExit) as ended:
        run("process_webhooks", *words)
    assert ended.value.code == 2
    assert statuses() == {"evt_0": "processed", "evt_1": "failed", "evt_2": "processed"}


def test_the_next_pass_leaves_the_failed_one_to_its_retry(mood: Mood) -> None:  # noqa: F811
    received(1)
    mood.breaks = lambda told: True
    with pytest.raises(SystemExit):
        run("process_webhooks")
    mood.breaks = lambda told: False
    assert "processed: 0" in run("process_webhooks")
    WebhookEvent.objects.update(next_retry_at=timezone.now())
    assert "succeeded: 1" in run("process_webhooks")


@pytest.mark.parametrize("limit", ["many", "1.5", ""])
def test_a_limit_that_is_no_number_is_refused(limit: str) -> None:
    with pytest.raises(Exception, match="invalid int value"):
        run("process_webhooks", "--limit", limit)
