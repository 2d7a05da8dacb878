"""Stripe may forget an idempotency key after a day; the same request under it would then be done once more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.actor import Actor
from billing.models import StripeCommand
from billing.services.commands import prepare
from billing.services.resuming import resume_due


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "due"), [(timedelta(hours=22, minutes=59), 1), (timedelta(hours=23), 0)])
def test_an_old_unknown_command_waits_for_a_person(by: Actor, age: timedelta, due: int) -> None:
    command = prepare(operation="customers.create", parameters={"name": "Acme"}, organization_id=None, by=by)
    now = timezone.now()
    StripeCommand.objects.filter(pk=command.pk).update(status="unknown", created_at=now - age, next_attempt_at=now)
    assert StripeCommand.objects.due(now=now).count() == due
    if not due:
        assert resume_due(now=now) == 0
        assert StripeCommand.objects.get(pk=command.pk).status == "unknown"
