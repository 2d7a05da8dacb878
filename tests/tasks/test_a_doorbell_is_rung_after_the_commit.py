"""A worker that wakes before the commit finds nothing; a broker that is away must not undo what was committed."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from billing.enqueue import enqueue, failed_doorbells
from billing.models import Feature

TASK = "billing.process_webhooks"


class Broker:
    """Celery's `send_task`; `fails` are the tries that it refuses, counted from 1."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.tries = 0
        self.fails: set[int] = set()

    def __call__(self, task: str, **options: Any) -> None:
        self.tries += 1
        if self.tries in self.fails:
            raise ConnectionError("the broker is away")
        self.sent.append((task, options))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    made = Broker()
    monkeypatch.setattr(current_app._get_current_object(), "send_task", made)
    return made


def failures(task: str = TASK) -> float:
    return failed_doorbells.labels(task)._value.get()


@pytest.mark.django_db
def test_it_waits_for_the_commit(broker: Broker, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            enqueue(TASK)
            assert broker.sent == []
        assert broker.sent == []
    assert [task for task, _ in broker.sent] == [TASK]


@pytest.mark.django_db
def test_a_rollback_silences_it(broker: Broker, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        with transaction.atomic():
            enqueue(TASK)
            transaction.set_rollback(True)
        enqueue("billing.mirror_objects")
    assert len(callbacks) == 1
    assert [task for task, _ in broker.sent] == ["billing.mirror_objects"]


def test_without_a_transaction_it_rings_at_once(committing: str, broker: Broker) -> None:
    enqueue(TASK)
    assert len(broker.sent) == 1
    with transaction.atomic():
        enqueue(TASK)
        assert len(broker.sent) == 1
    assert len(broker.sent) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "countdown"),
    [
        (timedelta(0), None),
        (timedelta(seconds=2), 2.0),
        (timedelta(milliseconds=1500), 1.5),
        (timedelta(minutes=1), 60),
    ],
)
def test_a_later_time_is_a_countdown(
    broker: Broker, django_capture_on_commit_callbacks: Any, after: timedelta, countdown: float | None
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(TASK, after=after, number=3, name="x")
    ((_, options),) = broker.sent
    assert options["kwargs"] == {"number": 3, "name": "x"}
    assert options["ignore_result"] is True
    assert options.get("countdown") == countdown


@pytest.mark.django_db
def test_the_first_refusal_is_tried_again_at_once(broker: Broker, django_capture_on_commit_callbacks: Any) -> None:
    """A connection that PostgreSQL closed at its restart fails once."""
    broker.fails, before = {1}, failures()
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(TASK)
    assert (len(broker.sent), broker.tries, failures()) == (1, 2, before)


@pytest.mark.django_db
def test_a_broker_that_is_away_is_counted_and_forgotten(
    broker: Broker, django_capture_on_commit_callbacks: Any
) -> None:
    broker.fails, before = {1, 2}, failures()
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(TASK)
        enqueue("billing.mirror_objects")
    assert failures() == before + 1
    assert [task for task, _ in broker.sent] == ["billing.mirror_objects"]


def test_the_commit_stands_whatever_the_broker_does(committing: str, broker: Broker) -> None:
    broker.fails = {1, 2}
    with transaction.atomic():
        Feature.objects.create(code="a", name="A")
        enqueue(TASK)
    assert Feature.objects.filter(code="a").exists()
