"""The row is all that is left after a crash: who wanted what, under which key, and since when nobody holds it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor, ActorKind
from audit.context import acting
from audit.models import AuditEntry
from billing.models import Organization, StripeCommand
from billing.services import commands, resuming
from billing.services.errors import OutcomeUnknown, StripeRefused
from tests.factories import OrganizationFactory
from tests.services.one_account import Shared, logged

pytestmark = pytest.mark.django_db


def prepared(operation: str = "customers.update", organization: Any = None, **parameters: Any) -> StripeCommand:
    return commands.prepare(
        operation=operation,
        parameters=parameters,
        organization_id=organization.pk if organization else None,
        by=Actor(ActorKind.STAFF, "7"),
    )


def test_it_is_stored_with_actor_request_and_a_key_of_its_own() -> None:
    with acting(request_id="req_1"):
        prepared(id="cus_1", name="Acme")
    stored = StripeCommand.objects.get()
    assert (stored.actor_kind, stored.actor_id, stored.request_id) == ("staff", "7", "req_1")
    assert stored.parameters == {"id": "cus_1", "name": "Acme"}
    assert stored.idempotency_key == stored.public_id
    assert (stored.status, stored.attempts, stored.finished_at) == ("pending", 0, None)


def test_each_has_another_key() -> None:
    assert len({prepared().idempotency_key for _ in range(20)}) == 20


def test_nobody_else_runs_it_while_its_giver_does() -> None:
    before = timezone.now()
    command = prepared()
    assert command.next_attempt_at >= before + commands.LEASE
    due = StripeCommand.objects.due
    assert not due(now=before + commands.LEASE - timedelta(seconds=1)).exists()
    assert list(due(now=command.next_attempt_at)) == [command]


def test_done_it_names_what_was_made(at_hand: Shared) -> None:
    organization = OrganizationFactory(stripe_customer_id=None)
    metadata = {"countinghouse_organization": organization.public_id}
    command = commands.run(prepared("customers.create", organization, email="acme@example.com", metadata=metadata))
    stored = StripeCommand.objects.get()
    assert (stored.status, stored.attempts, stored.error_code) == ("done", 1, "")
    assert stored.result_id == command.result_id == Organization.objects.get().stripe_customer_id
    assert stored.finished_at is not None
    entry = logged("command.done")
    assert entry.after["result"] == stored.result_id
    assert (entry.target_id, entry.organization_id) == (stored.public_id, organization.pk)


def test_refused_it_keeps_stripes_reason(at_hand: Shared) -> None:
    with pytest.raises(StripeRefused, match="cus_unknown") as refusal:
        commands.run(prepared(id="cus_unknown", name="Acme"))
    stored = StripeCommand.objects.get()
    assert (stored.status, stored.error_code, stored.result_id) == ("failed", "resource_missing", "")
    assert stored.error_message == refusal.value.detail
    assert stored.finished_at is not None
    assert logged("command.failed").after["error_code"] == "resource_missing"


def test_the_log_has_codes_and_no_parameters(at_hand: Shared) -> None:
    with pytest.raises(StripeRefused):
        commands.run(prepared(id="cus_unknown", name="Canary", email="canary@example.com"))
    entry = logged("command.failed")
    assert set(entry.after) == {"operation", "result", "error_code", "decline_code"}
    assert "anary" not in str(AuditEntry.objects.values().get())


def test_unanswered_it_stays_open_and_says_so() -> None:
    command = prepared(id="cus_1")
    with pytest.raises(OutcomeUnknown) as silence:
        commands.run(command)
    stored = StripeCommand.objects.get()
    assert silence.value.command.pk == stored.pk
    assert (stored.status, stored.finished_at, stored.attempts) == ("unknown", None, 1)
    assert stored.error_code
    assert logged("command.unknown").after["operation"] == "customers.update"


def test_an_operation_that_is_not_in_the_table_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        commands.run(prepared("customers.vanish"))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("status", ["done", "failed"])
def test_an_outcome_is_never_replaced_by_another(at_hand: Shared, status: str) -> None:
    """Two workers ran it under one key; the slower one learns the same, and must not log it again."""
    command = prepared(id="cus_unknown")
    StripeCommand.objects.update(status=status, result_id="cus_first", attempts=1)
    with pytest.raises(StripeRefused):
        commands.run(command)
    stored = StripeCommand.objects.get()
    assert (stored.status, stored.result_id) == (status, "cus_first")
    assert not AuditEntry.objects.exists()


def test_with_nothing_due_nothing_is_done() -> None:
    assert resuming.resume_due() == 0
    prepared()
    assert resuming.resume_due() == 0


def test_one_pass_is_limited(at_hand: Shared) -> None:
    for number in range(5):
        prepared(id=f"cus_unknown{number}")
    later = timezone.now() + timedelta(hours=1)
    assert resuming.resume_due(now=later, limit=2) == 2
    assert StripeCommand.objects.filter(status="failed").count() == 2
    assert resuming.resume_due(now=later) == 3
    assert not StripeCommand.objects.exclude(status="failed").exists()


def test_the_one_that_waited_longest_comes_first(at_hand: Shared) -> None:
    first, second = prepared(id="cus_a"), prepared(id="cus_b")
    StripeCommand.objects.filter(pk=second.pk).update(next_attempt_at=timezone.now() - timedelta(hours=1))
    resuming.resume_due(now=timezone.now() + timedelta(hours=1), limit=1)
    assert StripeCommand.objects.get(pk=first.pk).status == "pending"
    assert StripeCommand.objects.get(pk=second.pk).status == "failed"
