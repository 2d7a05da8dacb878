"""erase_customer: counts first, erases with --yes, and goes on where it was killed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import AuditEntry
from billing.inbox.process import process_due
from billing.inbox.receive import receive
from billing.models import Organization, StripeCommand, StripeObject, Subscription, WebhookEvent
from billing.services import organizations
from tests.commands.running import run
from tests.factories import MembershipFactory, SubscriptionFactory, UserFactory
from tests.flows.processes import until
from tests.inbox.webhooks import START, customer, encoded, event
from tests.stripe_events import ask_sandbox, deliver

BASE = Path(__file__).resolve().parents[2]
REASON = ("--reason", "Request 17")


def heard(events: int = 3) -> Organization:
    for number in range(events):
        about = customer("cus_1", name="Jane Canary", email="canary@example.com", balance=0, phone=str(number))
        receive(encoded(event(f"evt_{number}", about=about, created=START + number)), now=timezone.now())
    process_due()
    organization = Organization.objects.get(stripe_customer_id="cus_1")
    MembershipFactory(organization=organization, user=UserFactory(email="canary@example.com"))
    return organization


def test_without_yes_it_only_counts(db: None) -> None:
    organization = heard()
    before = list(WebhookEvent.objects.values()), list(Organization.objects.values())
    outcome = json.loads(run("erase_customer", organization.public_id, *REASON, "--json"))
    assert outcome["erased_at"] is None
    counts = {
        table: outcome["rows"][table] for table in ("billing_webhookevent", "billing_stripeobject", "billing_user")
    }
    assert counts == {"billing_webhookevent": 3, "billing_stripeobject": 1, "billing_user": 1}
    assert (list(WebhookEvent.objects.values()), list(Organization.objects.values())) == before
    assert not AuditEntry.objects.filter(action__startswith="organization.eras").exists()
    printed = run("erase_customer", organization.public_id, *REASON)
    assert "billing_webhookevent: 3\n" in printed
    assert "Nothing was changed." in printed


@pytest.mark.parametrize("name", ["public_id", "stripe_customer_id"])
def test_with_yes_it_erases_and_says_what_is_left_to_do(db: None, name: str) -> None:
    organization = heard()
    printed = run("erase_customer", getattr(organization, name), *REASON, "--yes")
    assert f"{organization.public_id} is erased.\nStripe has its own copy" in printed
    assert "Backups keep theirs" in printed
    assert "canary" not in printed.lower() + str(list(WebhookEvent.objects.values())).lower()
    outcome = json.loads(run("erase_customer", organization.public_id, *REASON, "--yes", "--json"))
    assert outcome["rows"] == {"audit_auditentry": 1}, "why the first run was made"
    assert outcome["erased_at"] is not None


def test_who_is_unknown_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="There is no organization org_x"):
        run("erase_customer", "org_x", *REASON)
    with pytest.raises(CommandError, match="--reason"):
        run("erase_customer", "org_x")


def test_who_still_subscribes_is_refused(db: None) -> None:
    subscription: Subscription = SubscriptionFactory()
    with pytest.raises(CommandError, match=f"Subscriptions are live: {subscription.stripe_id}. Cancel them first."):
        run("erase_customer", subscription.organization.public_id, *REASON, "--yes")


def test_at_stripe_it_has_the_customer_deleted(committing: str, sandbox: str) -> None:
    made = organizations.register(name="Jane Canary", email="canary@example.com", by=SYSTEM).stripe_customer_id
    deliver(sandbox)
    run("erase_customer", str(made), *REASON, "--yes", "--at-stripe")
    assert ask_sandbox(sandbox, f"/v1/customers/{made}")["deleted"] is True
    assert StripeCommand.objects.get(operation="customers.delete").status == "done"
    deliver(sandbox)
    organization = Organization.objects.get()
    assert organization.deleted_at is not None
    assert organization.name == f"Erased {organization.public_id}"
    assert "Canary" not in str(list(StripeObject.objects.values()) + list(WebhookEvent.objects.values()))


def test_killed_half_way_it_is_started_again(committing: str, database_urls: Callable[[str], str]) -> None:
    organization = heard()
    about = json.dumps({"id": "cus_1", "object": "customer", "email": "canary@example.com"})
    rows = [
        WebhookEvent(
            stripe_event_id=f"evt_more_{number}",
            event_type="customer.updated",
            object_id="cus_1",
            organization_id=organization.pk,
            stripe_created_at=timezone.now(),
            payload=f'{{"id": "evt_more_{number}", "data": {{"object": {about}}}}}',
            status="processed",
        )
        for number in range(20_000)
    ]
    WebhookEvent.objects.bulk_create(rows)
    environment = {**os.environ, "DATABASE_URL": database_urls("app_rw")}
    command = [sys.executable, "manage.py", "erase_customer", organization.public_id, *REASON, "--yes", "--json"]
    killed = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    personal = WebhookEvent.objects.filter(payload__contains="canary")
    until(lambda: personal.count() < 20_003, what="the first batch of events")
    killed.kill()
    killed.communicate()
    assert killed.returncode == -9
    assert personal.count() > 0
    assert not AuditEntry.objects.filter(action="organization.erased").exists()

    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    assert 0 < outcome["rows"]["billing_webhookevent"] < 20_003
    assert not personal.exists()
    assert AuditEntry.objects.filter(action="organization.erasure_begun").count() == 1
    assert "canary" not in done.stdout + done.stderr
