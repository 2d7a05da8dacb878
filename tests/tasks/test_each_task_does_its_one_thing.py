"""Tasks are woken twice, late and side by side: each is one call of work that looks for itself what is due."""

import inspect
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from billing import tasks
from billing.inbox.receive import PROCESS_TASK, receive
from billing.models import IdempotencyRecord, Organization, StripeCommand, StripeObject, WebhookEvent
from billing.services.idempotency import KEPT
from tests.inbox.webhooks import encoded, event
from tests.models.wrong_rows import MAKERS

pytestmark = pytest.mark.django_db
TASKS = {
    "billing.process_webhooks": tasks.process_webhooks,
    "billing.mirror_objects": tasks.mirror_objects,
    "billing.resume_commands": tasks.resume_commands,
    "billing.sweep_approvals": tasks.sweep_approvals,
    "billing.forget_idempotency_keys": tasks.forget_idempotency_keys,
}


@pytest.mark.parametrize("name", TASKS)
def test_it_is_known_to_workers_by_its_name_and_needs_nothing(name: str) -> None:
    assert current_app.tasks[name].name == name
    assert not inspect.signature(TASKS[name].run).parameters


@pytest.mark.parametrize("name", TASKS)
def test_woken_for_nothing_it_does_nothing(name: str) -> None:
    for _ in range(2):
        assert TASKS[name]() is None


def test_the_doorbell_of_the_inbox_is_one_of_them() -> None:
    assert PROCESS_TASK in TASKS


def test_events_that_are_due_are_processed() -> None:
    receive(encoded(event()), now=timezone.now())
    tasks.process_webhooks()
    assert WebhookEvent.objects.get().status == "processed"
    assert Organization.objects.get().name == "Acme"


def test_objects_are_given_to_the_mirror(sandbox: str) -> None:
    receive(encoded(event()), now=timezone.now())
    tasks.process_webhooks()
    assert StripeObject.objects.mirror_due(now=timezone.now()).exists()
    tasks.mirror_objects()
    assert not StripeObject.objects.mirror_due(now=timezone.now()).exists()
    assert StripeObject.objects.get().mirror_error == ""


def test_open_commands_whose_lease_is_over_are_asked_again() -> None:
    MAKERS["StripeCommand"](operation="customers.create", next_attempt_at=timezone.now() - timedelta(seconds=1))
    MAKERS["StripeCommand"](operation="customers.create", next_attempt_at=timezone.now() + timedelta(hours=1))
    tasks.resume_commands()
    assert sorted(StripeCommand.objects.values_list("status", "attempts")) == [("pending", 0), ("unknown", 1)]


def test_old_keys_are_forgotten_and_young_ones_kept() -> None:
    MAKERS["IdempotencyRecord"](key="old", created_at=timezone.now() - KEPT)
    MAKERS["IdempotencyRecord"](key="young", created_at=timezone.now())
    tasks.forget_idempotency_keys()
    assert IdempotencyRecord.objects.get().key == "young"


def test_one_slice_of_the_mirror_ends_before_the_next_tick() -> None:
    assert 0 < tasks.MIRROR_SLICE_SECONDS < 60
