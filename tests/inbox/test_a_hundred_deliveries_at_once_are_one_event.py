"""Stripe may deliver one event many times, and at the same moment. Row F09."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import WebhookEvent
from tests.inbox.webhooks import deliver_signed, encoded, event

DELIVERIES, AT_ONCE = 100, 25


def all_at_once(work: Callable[[], Any], times: int, threads: int) -> list[Any]:
    """Do the work so often, on so many threads that start together."""
    start = threading.Barrier(threads)

    def several(_: int) -> list[Any]:
        try:
            start.wait(30)
            return [work() for _ in range(times // threads)]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [one for many in pool.map(several, range(threads)) for one in many]


@pytest.mark.usefixtures("committing")
def test_all_are_welcome_and_one_row_is_stored() -> None:
    body = encoded(event(event_type="customer.created"))
    answers = all_at_once(lambda: deliver_signed(body), DELIVERIES, AT_ONCE)
    assert [answer.status_code for answer in answers] == [200] * DELIVERIES
    assert sum(json.loads(answer.content)["new"] for answer in answers) == 1
    assert WebhookEvent.objects.count() == 1
    assert process_due().succeeded == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.usefixtures("committing")
def test_a_day_and_an_hour_later_it_is_still_known() -> None:
    """For longer than Stripe remembers a key of ours: what is stored once is known for ever."""
    body, now = encoded(event(event_type="customer.created")), timezone.now()
    assert receive(body, now=now)
    process_due(now=now)
    later = now + timedelta(hours=25)
    assert all_at_once(lambda: receive(body, now=later), DELIVERIES, AT_ONCE) == [False] * DELIVERIES
    assert process_due(now=later).processed == 0
    assert (WebhookEvent.objects.count(), AuditEntry.objects.count()) == (1, 1)
