"""The main job, with real processes: API call, sandbox, signed webhook over HTTP, worker, projection, admin, log."""

from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from billing.models import Invoice, Organization, Payment, StripeCommand, Subscription, WebhookEvent
from billing.models.stripe_command import CommandStatus
from tests.factories import UserFactory
from tests.flows.arrivals import everything_arrived, held, waiting_for
from tests.flows.processes import Processes, until
from tests.flows.visitor import Visitor
from tests.stripe_events import all_events, ask_sandbox

pytestmark = pytest.mark.processes

BY_THE_CUSTOMER = {"subscription.start_requested", "payment_method.attach_requested", "command.done"}
BY_STRIPE = {
    "organization.changed",
    "payment_method.attached",
    "subscription.created",
    "invoice.finalized",
    "invoice.paid",
    "payment.succeeded",
    "charge.succeeded",
}


def subscribe(customer: Visitor) -> str:
    status, answer = customer.post(
        "/api/v1/billing/subscriptions", {"plan_id": "professional", "payment_method": "pm_card_visa"}
    )
    assert status == 201, answer
    assert answer["status"] == "active"
    return str(answer["id"])


def finished(sandbox: str) -> bool:
    return until(lambda: everything_arrived(sandbox), what="the end of the inbox")


def assert_paid(customer: Visitor, organization: Organization, subscription_id: str) -> None:
    """The rows, and what the customer sees of them."""
    subscription = Subscription.objects.get()
    assert (subscription.stripe_id, subscription.status) == (subscription_id, "active")
    assert Payment.objects.values_list("status", "amount", "organization").get() == ("succeeded", 2900, organization.pk)
    (invoice,) = customer.read("/api/v1/billing/invoices")["data"]
    assert (invoice["status"], invoice["total"]) == ("paid", {"amount": 2900, "currency": "usd"})
    assert invoice["lines"]
    assert invoice["id"] == Invoice.objects.get().stripe_id
    assert not WebhookEvent.objects.exclude(status__in=["processed", "ignored"]).exists()
    assert not StripeCommand.objects.exclude(status=CommandStatus.DONE).exists()


def assert_logged_once(sandbox: str) -> None:
    """One entry for each request of the customer's, and one for each event that has a handler."""
    entries = AuditEntry.objects.values_list("action", "actor_kind", "source")
    assert {action for action, kind, _ in entries if kind == "api_key"} == BY_THE_CUSTOMER
    assert {action for action, kind, _ in entries if kind == "stripe"} >= BY_STRIPE
    told = [entry.after["event"] for entry in AuditEntry.objects.filter(actor_kind="stripe") if "event" in entry.after]
    assert len(told) == len(set(told))


def test_from_the_call_to_the_page(
    processes: Processes, sandbox: str, organization: Organization, customer: Visitor, web: str
) -> None:
    processes.worker()
    subscription_id = subscribe(customer)
    finished(sandbox)
    assert_paid(customer, organization, subscription_id)
    assert_logged_once(sandbox)
    assert_staff_see_it(web, organization)


def assert_staff_see_it(web: str, organization: Organization) -> None:
    """Somebody of the staff signs in, and finds all of it by the customer's name."""
    staff = UserFactory(is_staff=True, is_superuser=True)
    browser = Visitor(web)
    browser.sign_in(staff.email, "correct horse battery staple")
    assert browser.get("/admin/")[0] == 200
    for model, words in words_of(organization).items():
        found = reverse(f"admin:billing_{model}_changelist") + f"?q={quote(organization.name)}"
        for path in (found, reverse(f"admin:billing_{model}_change", args=[newest(model)])):
            status, page = browser.get(path)
            assert (status, [word for word in words if word not in page]) == (200, []), path


def words_of(organization: Organization) -> dict[str, list[str]]:
    """What both the list and the page of each noun say."""
    return {
        "organization": [organization.name],
        "subscription": [organization.name, "Professional"],
        "invoice": [organization.name, str(Invoice.objects.get().number), "29.00"],
        "payment": [organization.name, "29.00"],
    }


def newest(model: str) -> Any:
    rows = {"organization": Organization, "subscription": Subscription, "invoice": Invoice, "payment": Payment}
    return rows[model].objects.order_by("-pk").values_list("pk", flat=True)[0]


def kill_in_the_middle(processes: Processes, sandbox: str, customer: Visitor) -> str:
    """Subscribe, and kill the worker while it holds events and its transaction waits for an object's lock. They are
    under its claim until its lease ends."""
    ask_sandbox(sandbox, "/_sandbox/deliveries", {"pause": True})
    worker = processes.worker()
    subscription_id = subscribe(customer)
    with held(processes.environment["DATABASE_URL"], subscription_id):
        ask_sandbox(sandbox, "/_sandbox/deliveries", {"pause": False})
        until(lambda: waiting_for(subscription_id) > 0, what="a worker in the middle of a batch")
        sent = len(all_events(sandbox))
        until(lambda: WebhookEvent.objects.count() == sent, what="the arrival of all events")
        worker.kill()
    until(lambda: waiting_for(subscription_id) == 0, what="the end of the dead worker's transaction")
    assert WebhookEvent.objects.filter(event_type="customer.subscription.created").get().status == "processing"
    assert not AuditEntry.objects.filter(action="subscription.created").exists()
    return subscription_id


def test_a_new_worker_finishes_what_a_killed_one_held(
    processes: Processes, sandbox: str, organization: Organization, customer: Visitor
) -> None:
    """Its doorbell died with the old one; beat rings every minute, here we do whenever we look."""
    subscription_id = kill_in_the_middle(processes, sandbox, customer)
    processes.worker()

    def rung_for() -> bool:
        processes.ring("billing.process_webhooks")
        return everything_arrived(sandbox)

    until(rung_for, what="the end of the inbox")
    assert_paid(customer, organization, subscription_id)
    assert_logged_once(sandbox)


def test_the_sweep_finishes_what_a_killed_worker_held(
    processes: Processes, sandbox: str, organization: Organization, customer: Visitor
) -> None:
    subscription_id = kill_in_the_middle(processes, sandbox, customer)

    def swept() -> bool:
        """More than once where an event was put off for seconds, because another's owner was in the killed hands."""
        sweep = processes.manage("process_webhooks")
        assert sweep.returncode in (0, 2), sweep.stderr
        return everything_arrived(sandbox)

    until(swept, what="the end of the inbox")
    assert_paid(customer, organization, subscription_id)
    assert_logged_once(sandbox)
