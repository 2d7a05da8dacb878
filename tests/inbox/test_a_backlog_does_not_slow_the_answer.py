"""Workers may be down for hours; what a webhook reads does not grow with what waits."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from billing.inbox.receive import receive
from tests.inbox.webhooks import encoded, event

BACKLOG = """
INSERT INTO billing_webhookevent (stripe_event_id, event_type, object_id, api_version, livemode, stripe_created_at,
    payload, status, received_at, next_retry_at, superseded, retry_count, error_code, error_message)
SELECT 'evt_old' || n, 'customer.updated', '', '', false, now(), '{}', %s,
    now() - interval '1 hour', now() - interval '1 hour', false, 0, '', ''
FROM generate_series(1, 20000) AS n
"""


def rows_read() -> int:
    """Rows of the inbox that this transaction has read, by index or without."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'billing_webhookevent'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["received", "processed"])
def test_a_delivery_reads_a_handful_of_rows(status: str, django_capture_on_commit_callbacks: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG, [status])
    before = rows_read()
    for number in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            receive(encoded(event(f"evt_{number}")), now=timezone.now())
    assert rows_read() - before < 30
