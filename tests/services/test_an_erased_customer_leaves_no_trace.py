"""After an erasure nothing tells of the customer's persons but its finalized invoices, which tax law makes us keep."""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import stripe
from django.core.cache import cache
from django.db import connection, transaction

from analytics.ledger.check import check_all
from audit.actor import SYSTEM
from audit.models import AuditEntry, PersonalDetail
from audit.record import record
from audit.verification.run import verify
from billing import models
from billing.projection.rebuild import rebuild_projection
from billing.services import erasure
from tests.factories import OrganizationFactory
from tests.services.canaries import CANARY, lived, traces
from usage.models import UsageBucket, UsageEvent

LEGAL = {"billing_invoiceline.description", "billing_stripeobject.snapshot"}
REASON = "Request 2026-17, kept in the register"


@pytest.fixture
def company(committing: str, sandbox: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> SimpleNamespace:
    monkeypatch.setattr(stripe, "api_base", stripe.api_base)
    monkeypatch.setattr(stripe, "max_network_retries", 0)
    return lived(sandbox)


def rows(*tables: Any) -> list[Any]:
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_every_place_is_scrubbed(
    company: SimpleNamespace, database_urls: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    before = traces(database_urls("superuser"))
    assert {
        "billing_organization.name",
        "billing_organization.email",
        "billing_organization.metadata",
        "billing_user.email",
        "billing_apikey.name",
        "billing_stripecommand.parameters",
        "billing_idempotencyrecord.response_body",
        "billing_webhookevent.payload",
        "billing_stripeobject.snapshot",
        "billing_payment.description",
        "billing_payment.metadata",
        "billing_refund.metadata",
        "billing_subscription.metadata",
        "billing_invoice.metadata",
        "billing_subscriptionchange.previous",
        "djstripe_customer.stripe_data",
        "djstripe_charge.stripe_data",
        "django_admin_log.object_repr",
        "usage_usageevent.data",
        "usage_usageevent.source",
        "usage_usageevent.event_id",
        *LEGAL,
    } <= set(before)

    caplog.set_level(logging.DEBUG)
    done = erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)

    assert set(traces(database_urls("superuser"))) == LEGAL
    kept = models.StripeObject.objects.filter(snapshot__icontains=CANARY)
    assert {row.object_type for row in kept} == {"invoice"}
    assert all(row.snapshot["status"] in ("open", "paid", "void") for row in kept)
    named = {name for row in kept for name, value in row.snapshot.items() if CANARY in str(value)}
    assert named == {"customer_name", "customer_address", "footer", "lines"}
    assert CANARY not in caplog.text
    assert done["billing_webhookevent"] > 10
    assert cache.get("health") is None or CANARY not in str(cache.get("health"))
    assert CANARY not in str(rows(AuditEntry))


def test_amounts_dates_and_invoices_stay(company: SimpleNamespace) -> None:
    columns: dict[Any, tuple[str, ...]] = {
        models.Invoice: ("number", "status", "total", "amount_paid", "issued_at"),
        models.InvoiceLine: ("description", "amount", "quantity", "period_start"),
        models.Payment: ("stripe_id", "status", "amount", "failure_code"),
        models.PaymentAttempt: ("amount", "amount_refunded", "card_brand"),
        UsageEvent: ("value", "time", "payload_hash"),
        UsageBucket: ("total", "count", "hour"),
    }

    def kept() -> list[Any]:
        return [list(model.objects.order_by("pk").values_list(*names)) for model, names in columns.items()]

    before = kept()
    assert check_all(correcting=True, replacing=False).written > 0
    erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    assert kept() == before
    assert all(before)
    assert check_all(correcting=False, replacing=False).differences == []


def test_the_rows_made_again_are_the_same(company: SimpleNamespace) -> None:
    tables = (models.Organization, models.Payment, models.PaymentAttempt, models.PaymentMethod, models.Invoice)
    tables += (models.InvoiceLine, models.Subscription, models.SubscriptionItem, models.Refund)
    erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    before = rows(*tables)
    rebuild_projection()
    assert rows(*tables) == before
    method = models.PaymentMethod.objects.filter(organization=company.organization).first()
    assert method is not None
    assert (method.card_last_four, method.card_exp_year, method.card_brand) == ("", None, "visa")


def test_who_belongs_here_alone_is_gone_and_others_stay(company: SimpleNamespace) -> None:
    assert company.visitor.get("/api/v1/auth/me").status_code == 200
    erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    assert not models.User.objects.filter(pk=company.owner.pk).exists()
    assert company.visitor.get("/api/v1/auth/me").status_code == 401
    assert set(models.User.objects.values_list("pk", flat=True)) >= {company.shared.pk, company.staff.pk}
    assert not models.Membership.objects.filter(organization=company.organization).exists()
    assert company.shared.memberships.count() == 1


def test_its_keys_open_nothing_any_more(company: SimpleNamespace, client: Any) -> None:
    authorization = {"Authorization": f"Bearer {company.secret}"}
    assert client.get("/api/v1/organization", headers=authorization).status_code == 200
    erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    assert client.get("/api/v1/organization", headers=authorization).status_code == 401


def test_the_log_says_so_by_ids_alone(company: SimpleNamespace) -> None:
    erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    theirs = AuditEntry.objects.filter(organization_id=company.organization.pk)
    names = list(theirs.order_by("-id").values_list("action", flat=True)[:2])
    assert names == ["organization.erased", "personal_details.erased"]
    assert theirs.filter(action="organization.erasure_begun").count() == 1
    entry = theirs.get(action="organization.erased")
    assert (entry.target_id, entry.reason) == (company.organization.public_id, REASON)
    assert entry.after["rows"]["billing_user"] == 1


def test_a_second_time_there_is_nothing_left_to_do(company: SimpleNamespace) -> None:
    counted = erasure.what_is_there(organization=company.organization)
    first = erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    assert {table: first[table] for table in counted} == counted
    second = erasure.erase(organization=company.organization, reason=REASON, by=SYSTEM)
    assert second == {"audit_auditentry": 1}, "why the first was done; the second says why again"
    assert AuditEntry.objects.filter(action="organization.erasure_begun").count() == 1


def test_another_customer_keeps_everything(company: SimpleNamespace, by: Any) -> None:
    other = models.Organization.objects.exclude(pk=company.organization.pk).first()
    before = rows(models.User, models.WebhookEvent)
    events = models.WebhookEvent.objects.exclude(payload__contains=company.organization.stripe_customer_id)
    untouched = list(events.exclude(organization_id=company.organization.pk).order_by("id").values_list("payload"))
    erasure.erase(organization=company.organization, reason=REASON, by=by)
    assert other is not None
    assert models.Organization.objects.get(pk=other.pk).name == other.name
    assert untouched == list(
        events.exclude(organization_id=company.organization.pk).order_by("id").values_list("payload")
    )
    assert len(before[0]) - 1 == models.User.objects.count()


def test_the_log_forgets_reasons_too_and_still_verifies(committing: str, by: Any) -> None:
    organization = OrganizationFactory()
    with transaction.atomic():
        target = ("organization", organization.public_id)
        record("organization.registered", target=target, organization_id=organization.pk, reason=f"{CANARY} called")
    assert CANARY in str(rows(PersonalDetail))
    erasure.erase(organization=organization, reason=REASON, by=by)
    assert CANARY not in str(rows(PersonalDetail)) + str(rows(AuditEntry))
    outcome = verify(connection.get_connection_params())
    assert outcome.intact, outcome.faults
