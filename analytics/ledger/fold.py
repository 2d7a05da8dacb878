"""Bring the ledger of some subscriptions up to what their facts say."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from analytics.ledger.advance import advance
from analytics.ledger.book import read_books, read_facts, write
from analytics.ledger.knowledge import begin_writing
from analytics.ledger.revenues import revenues_under
from analytics.policies import POLICIES, MetricPolicy


def reporting_zone() -> ZoneInfo:
    """In which days and months begin. After a change, `rebuild_analytics` moves what is written."""
    return ZoneInfo(settings.REPORTING_TIME_ZONE)


def fold(
    subscription_ids: Collection[str],
    *,
    policies: Collection[MetricPolicy] = POLICIES,
    known_at: datetime | None = None,
) -> int:
    """Add what the ledger lacks; returns the number of movements.

    Reads all facts of each subscription (O(its states), however long the ledger is) and adds only differences, so
    that it may run at any time, any number of times, and in any order of the facts. `known_at` stamps the rows
    instead of the database's clock; only replays and tests give it.
    """
    ids = sorted(set(subscription_ids))
    with transaction.atomic():
        stamp = begin_writing(ids)
        facts, owners = read_facts(ids)
        written = 0
        for policy in policies:
            books, revenues = read_books(ids, policy), revenues_under(policy)
            additions = [
                (one, known_at or stamp, advance(facts[one], books[one], revenues=revenues, zone=reporting_zone()))
                for one in ids
                if one in owners
            ]
            written += write(additions, owners=owners, policy=policy)
    return written
