"""Compute the ledger afresh from the facts, and compare it with, correct or replace what is written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from analytics.ledger.advance import Book, add_to, advance
from analytics.ledger.book import Entry, read_books, read_facts, write
from analytics.ledger.facts import Fact
from analytics.ledger.fold import fold, reporting_zone
from analytics.ledger.knowledge import begin_writing
from analytics.ledger.movements import Place, Wanted
from analytics.ledger.revenues import revenues_under
from analytics.models import KnownState, MrrMovement
from analytics.policies import MetricPolicy
from billing.models import SubscriptionChange

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """The ledger lacks `missing_micro` (micro-minor-units) at this place."""

    subscription_id: str
    place: Place
    missing_micro: int


def batches(size: int = BATCH) -> Iterator[list[str]]:
    """The ids of all subscriptions with facts, in batches."""
    last = ""
    while True:
        ids = SubscriptionChange.objects.filter(subscription_id__gt=last).order_by("subscription_id")
        batch = list(ids.values_list("subscription_id", flat=True).distinct()[:size])
        if not batch:
            return
        yield batch
        last = batch[-1]


def differences(subscription_ids: Collection[str], policy: MetricPolicy) -> list[Difference]:
    """Where the netted ledger of these subscriptions is not what their facts give. Changes nothing."""
    with transaction.atomic():
        begin_writing(subscription_ids)
        facts, _ = read_facts(subscription_ids)
        books = read_books(subscription_ids, policy)
        return [
            Difference(one, place, wanted.delta)
            for one in subscription_ids
            for place, wanted in _additions(facts[one], books[one], policy)
        ]


def _additions(facts: list[Fact], book: Book, policy: MetricPolicy) -> tuple[tuple[Place, Wanted], ...]:
    return advance(facts, book, revenues=revenues_under(policy), zone=reporting_zone()).movements


def correct(subscription_ids: Collection[str], policy: MetricPolicy) -> int:
    """Add what is missing; what the ledger said before stays readable as known then. Returns movements added."""
    return fold(subscription_ids, policies=[policy])


def replace(subscription_ids: Collection[str], policy: MetricPolicy) -> int:
    """Forget what is written for these subscriptions and replay their facts in the order they were recorded.

    Every row is stamped with the time at which its fact was recorded. Returns the number of movements.
    """
    with transaction.atomic():
        begin_writing(subscription_ids)
        MrrMovement.objects.filter(policy=policy.key, subscription_id__in=subscription_ids).delete()
        KnownState.objects.filter(subscription_id__in=subscription_ids).delete()
        facts, owners = read_facts(subscription_ids)
        entries = [entry for one in subscription_ids for entry in replay(one, facts[one], policy)]
        return write(entries, owners=owners, policy=policy)


def replay(subscription_id: str, facts: list[Fact], policy: MetricPolicy) -> Iterator[Entry]:
    """What the ledger would have added each time that it learned of a fact."""
    book, revenues, zone = Book(), revenues_under(policy), reporting_zone()
    known: list[Fact] = []
    for recorded_at, learned in groupby(sorted(facts, key=_recorded), key=lambda fact: fact.recorded_at):
        known.extend(learned)
        additions = advance(known, book, revenues=revenues, zone=zone)
        add_to(book, additions)
        if additions:
            yield subscription_id, recorded_at, additions


def _recorded(fact: Fact) -> tuple[object, str]:
    return fact.recorded_at, fact.source_id
