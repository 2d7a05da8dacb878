"""Marks commit with their facts; a fold takes them away with what it writes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from analytics.handlers import ledger_is_due
from analytics.ledger.due import fold_due
from analytics.metrics.mrr import MICRO
from analytics.models import LedgerDue, MrrMovement
from analytics.tasks import fold_ledger
from billing.inbox.effects import Effects
from billing.inbox.registry import Event, handlers_of
from tests.analytics.lives import Life, days, item, record, record_all, state
from tests.factories import OrganizationFactory


def mark(life: Life, *facts) -> None:
    """What the handler does for these facts."""
    effects = Effects()
    for fact in facts or life.facts:
        event = Event(fact.source_id, fact.event_type, fact.effective_at, {"id": life.subscription_id}, {}, 1, False)
        ledger_is_due(event, effects)
    effects.write()


def total(life: Life) -> float:
    rows = MrrMovement.objects.filter(subscription_id=life.subscription_id)
    return sum(row.delta_micro for row in rows) / MICRO


@pytest.mark.parametrize("verb", ["created", "updated", "deleted", "paused", "resumed"])
def test_each_event_of_a_subscription_makes_the_ledger_due(verb):
    assert ledger_is_due in handlers_of(f"customer.subscription.{verb}")


@pytest.mark.django_db
def test_one_doorbell_is_rung_for_many_events_and_a_repeated_event_marks_once():
    life = Life().tell(state()).tell(state(item(quantity=2)), after=days(1))
    mark(life)
    mark(life)
    assert LedgerDue.objects.count() == 2
    effects = Effects()
    ledger_is_due(Event("evt_1", "customer.subscription.updated", life.now, {"id": "sub_1"}, {}, 1, True), effects)
    assert effects.doorbells == {"analytics.fold_ledger": {}}


@pytest.mark.django_db
def test_what_is_due_is_folded_and_the_marks_are_gone():
    life = Life().tell(state()).tell(state(item(quantity=2)), after=days(1))
    record_all(life)
    mark(life)
    fold_ledger()
    assert (total(life), LedgerDue.objects.count()) == (5800, 0)
    assert fold_due(now=timezone.now()) == 0


@pytest.mark.django_db
def test_a_mark_is_not_due_before_its_time():
    LedgerDue.objects.create(source_id="evt_1", subscription_id="sub_1", due_at=timezone.now() + timedelta(hours=1))
    assert fold_due(now=timezone.now()) == 0


@pytest.mark.django_db
def test_a_subscription_that_cannot_be_folded_holds_up_nobody_and_is_tried_again():
    broken, sound = Life().tell({**state(), "items": [{"id": "si_1"}]}), Life().tell(state())
    record_all(broken)
    record_all(sound)
    mark(broken)
    mark(sound)
    now = timezone.now()
    fold_due(now=now)
    assert total(sound) == 2900
    left = LedgerDue.objects.get()
    assert (left.subscription_id, left.attempts, left.due_at > now) == (broken.subscription_id, 1, True)
    assert left.error.startswith("KeyError")
    fold_due(now=left.due_at)
    assert LedgerDue.objects.get().attempts == 2


def test_a_fact_that_commits_while_another_is_folded_is_not_lost(committing, django_db_blocker):
    """The fold reads before the second fact commits; the second's own mark stays behind for the next fold."""
    with django_db_blocker.unblock():
        life = Life().tell(state()).tell(state(item(quantity=2)), after=days(1))
        owner = OrganizationFactory.create()
        record(life, life.facts[0], owner)
        mark(life, life.facts[0])
        written, folded = threading.Event(), threading.Event()

        def writer() -> None:
            with django_db_blocker.unblock(), transaction.atomic():
                record(life, life.facts[1], owner)
                mark(life, life.facts[1])
                written.set()
                assert folded.wait(20)
            connection.close()

        thread = threading.Thread(target=writer)
        thread.start()
        assert written.wait(20)
        assert fold_due(now=timezone.now()) == 1
        assert total(life) == 2900
        folded.set()
        thread.join(20)
        assert fold_due(now=timezone.now()) == 1
        assert total(life) == 5800


def test_four_workers_fold_the_same_subscriptions_without_counting_twice(committing, django_db_blocker):
    with django_db_blocker.unblock():
        owner = OrganizationFactory.create()
        lives = [
            Life().tell(state()).tell(state(item(quantity=n)), after=days(1)).end(after=days(2)) for n in range(2, 22)
        ]
        for life in lives:
            record_all(life, owner)
            mark(life)

        def worker() -> None:
            with django_db_blocker.unblock():
                fold_due(now=timezone.now(), batch=7)
            connection.close()

        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert LedgerDue.objects.count() == 0
        assert [total(life) for life in lives] == [0] * 20
        assert MrrMovement.objects.count() == 60
        assert MrrMovement.objects.filter(effective_at__lt=datetime(2026, 1, 2, tzinfo=UTC)).count() == 20
