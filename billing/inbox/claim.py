"""Take due events, so that for the length of a lease nobody else works on them.

The claim is committed before the work begins. A worker that vanishes leaves events that are due again when its lease
ends; each such loss is counted, and makes the group smaller in which they are taken next: an event that kills its
worker is soon alone, and dies after some more losses without having taken its neighbours along.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from billing.domain.retry import kills, together
from billing.inbox import marks
from billing.models import WebhookEvent
from billing.models.sets import Numbers

LEASE = timedelta(seconds=30)

# `= ANY (ARRAY (...))`: with `IN (...)` and stale statistics the rows that are done would be read each time
BY_INDEX = "SET LOCAL enable_bitmapscan = off"
"""With stale statistics few rows seem to wait, and all that do would be collected and sorted at each claim, instead of
being read in the order of their index up to the limit."""
FRESH = """
UPDATE billing_webhookevent SET status = 'processing', claim = %(claim)s, next_retry_at = %(until)s
WHERE id = ANY (ARRAY(
    SELECT id FROM billing_webhookevent
    WHERE status IN ('received', 'failed') AND next_retry_at <= %(now)s AND losses = 0 AND NOT id = ANY (%(tried)s)
    ORDER BY next_retry_at, id LIMIT %(count)s FOR UPDATE SKIP LOCKED))
RETURNING id
"""
AGAIN = """
UPDATE billing_webhookevent SET status = 'processing', claim = %(claim)s, next_retry_at = %(until)s
WHERE id = ANY (ARRAY(
    SELECT id FROM billing_webhookevent WHERE id = ANY (%(ids)s) AND status IN ('received', 'failed')
    ORDER BY id FOR UPDATE SKIP LOCKED))
RETURNING id
"""
LOST = """
SELECT id, status, losses FROM billing_webhookevent
WHERE status IN ('received', 'failed', 'processing') AND next_retry_at <= %(now)s
  AND (status = 'processing' OR losses > 0) AND NOT id = ANY (%(tried)s)
ORDER BY next_retry_at, id LIMIT %(count)s FOR UPDATE SKIP LOCKED
"""
TAKE_AGAIN = """
UPDATE billing_webhookevent SET status = 'processing', claim = %(claim)s, next_retry_at = %(until)s,
    losses = losses + (status = 'processing')::int
WHERE id = ANY (%(ids)s)
"""
RENEW = (
    "UPDATE billing_webhookevent SET next_retry_at = %s WHERE id = ANY (%s) AND claim = %s AND status = 'processing'"
)
NEXT_LEASE_END = "SELECT min(next_retry_at) FROM billing_webhookevent WHERE status = 'processing'"


class Claim:
    """A hold on events. `ids` are their primary keys."""

    def __init__(self, ids: Sequence[int], token: UUID) -> None:
        self.ids = list(ids)
        self.token = token

    def renew(self, ids: Sequence[int], *, now: datetime) -> None:
        """Hold these of them for another lease; those that were lost meanwhile stay lost."""
        with connection.cursor() as cursor:
            cursor.execute(RENEW, [now + LEASE, list(ids), self.token])


@transaction.atomic
def claim_fresh(count: int, *, now: datetime, tried: Sequence[int] = ()) -> Claim:
    """Up to `count` due events that no worker was ever lost with."""
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        cursor.execute(FRESH, {"claim": token, "until": now + LEASE, "now": now, "tried": list(tried), "count": count})
        return Claim([row[0] for row in cursor.fetchall()], token)


@transaction.atomic
def claim_lost(count: int, *, now: datetime, tried: Sequence[int] = ()) -> Claim:
    """Due events whose worker vanished, in a group that fits how often that happened; those that it happened to too
    often are given up instead."""
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(LOST, {"now": now, "tried": list(tried), "count": count})
        found = [(row_id, losses + (status == "processing")) for row_id, status, losses in cursor.fetchall()]
        if not found:
            return Claim([], token)
        fewest = min(losses for _, losses in found)
        ids = [row_id for row_id, losses in found if losses == fewest][: together(count, fewest)]
        cursor.execute(TAKE_AGAIN, {"claim": token, "until": now + LEASE, "ids": ids})
    if kills(fewest):
        marks.give_up_killers(ids, now=now)
        return Claim([], token)
    marks.note_losses(ids, now=now)
    return Claim(ids, token)


def claim_again(ids: Sequence[int], *, now: datetime) -> Claim:
    """Those of these events, which have just been put off, that nobody else has; whether they are due or not."""
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(AGAIN, {"claim": token, "until": now + LEASE, "ids": list(ids)})
        return Claim(sorted(row[0] for row in cursor.fetchall()), token)


def next_lease_end() -> datetime | None:
    """When the first of the leases that are held now ends."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_LEASE_END)
        found: datetime | None = cursor.fetchone()[0]
        return found


def held(claim: Claim, ids: Sequence[int]) -> list[WebhookEvent]:
    """Those of these events that the claim still holds, locked until the transaction ends; by the time of Stripe."""
    rows = WebhookEvent.objects.select_for_update().filter(id__in=Numbers(ids), claim=claim.token, status="processing")
    return list(rows.order_by("stripe_created_at", "id"))
