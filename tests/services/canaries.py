"""A customer whose every personal detail is a canary, and a search for them over the whole database."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import stripe
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from psycopg.sql import SQL, Identifier

from audit.actor import SYSTEM
from billing import models
from billing.inbox.mirror_queue import mirror_due
from billing.services import catalog, organizations, subscriptions
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory
from tests.stripe_events import ask_sandbox, deliver
from usage.ingest.receive import receive
from usage.ingest.senders import Sender
from usage.store.meters import ensure_meter

CANARY = "zqcanary"
ADDRESS = {"line1": f"{CANARY} street 1", "city": f"{CANARY}ville", "postal_code": "10115", "country": "DE"}
PERSON = {"name": f"{CANARY} person", "email": f"{CANARY}.person@example.com", "phone": "+49 30 7771234567"}
NOTE = {"note": f"{CANARY} note", f"{CANARY}_key": "x"}
TRACES = (CANARY, "7771234567")


def client_of(base: str) -> Any:
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, base_addresses={"api": base}, stripe_version=settings.STRIPE_API_VERSION
    ).v1


def lived(base: str) -> SimpleNamespace:
    """A customer that bought, paid, failed to pay, got money back and left; heard of by events, and mirrored."""
    list(catalog.publish(catalog.shipped_catalog(), by=SYSTEM))
    owner = UserFactory(email=f"{CANARY}.owner@example.com", name=f"{CANARY} owner")
    organization = organizations.register(name=f"{CANARY} Ltd", email=f"{CANARY}@example.com", by=SYSTEM, user=owner)
    _at_stripe(client_of(base), organization)
    subscription = subscriptions.start(organization=organization, plan_code="professional", by=SYSTEM)
    _sold(client_of(base), organization, subscription)
    ask_sandbox(base, "/_sandbox/clock", {"advance": 5 * 86_400})
    subscription.refresh_from_db()
    subscriptions.cancel(subscription=subscription, at="now", reason="too expensive", by=SYSTEM)
    deliver(base)
    mirror_due(seconds=120)
    organization.refresh_from_db()
    return SimpleNamespace(organization=organization, owner=owner, **_here(organization, owner))


def _at_stripe(v1: Any, organization: models.Organization) -> None:
    customer = str(organization.stripe_customer_id)
    method = v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_visa"}, "billing_details": {**PERSON, "address": ADDRESS}}
    )
    v1.payment_methods.attach(method.id, {"customer": customer})
    v1.customers.update(
        customer,
        {
            "phone": PERSON["phone"],
            "address": ADDRESS,
            "shipping": {"name": PERSON["name"], "address": ADDRESS},
            "description": f"{CANARY} description",
            "metadata": NOTE,
            "invoice_settings": {"default_payment_method": method.id},
        },
    )
    v1.customers.tax_ids.create(customer, {"type": "eu_vat", "value": "DE123456789"})


def _sold(v1: Any, organization: models.Organization, subscription: models.Subscription) -> None:
    customer = str(organization.stripe_customer_id)
    v1.subscriptions.update(subscription.stripe_id, {"description": f"{CANARY} plan", "metadata": NOTE})
    given = {"amount": 5000, "currency": "usd", "customer": customer, "metadata": NOTE, "confirm": True}
    given |= {"description": f"{CANARY} one-off", "receipt_email": PERSON["email"], "off_session": True}
    paid = v1.payment_intents.create({**given, "payment_method": _card(v1, customer)})
    v1.refunds.create({"payment_intent": paid.id, "amount": 100, "metadata": NOTE})
    with contextlib.suppress(stripe.CardError):
        v1.payment_intents.create({**given, "payment_method": "pm_card_chargeDeclined"})
    v1.invoice_items.create(
        {"customer": customer, "amount": 700, "currency": "usd", "description": f"{CANARY} consulting"}
    )
    sold = {"pending_invoice_items_behavior": "include", "footer": f"{CANARY} footer", "metadata": NOTE}
    invoice = v1.invoices.create({"customer": customer, **sold})
    v1.invoices.pay(v1.invoices.finalize_invoice(invoice.id).id)


def _card(v1: Any, customer: str) -> str:
    return str(v1.payment_methods.list({"customer": customer}).data[0].id)


def _here(organization: models.Organization, owner: models.User) -> dict[str, Any]:
    """What nobody told Stripe: accounts, sessions, keys, requests, usage."""
    shared = UserFactory(email="shared@example.com")
    MembershipFactory(organization=organization, user=shared)
    MembershipFactory(organization=OrganizationFactory(), user=shared)
    helping = UserFactory(email="staff@example.com", is_staff=True)
    MembershipFactory(organization=organization, user=helping)
    visitor = Client()
    visitor.force_login(owner)
    AuthToken.objects.create(owner)
    LogEntry.objects.create(
        user=helping,
        content_type=ContentType.objects.get_for_model(models.User),
        object_id=str(owner.pk),
        object_repr=str(owner),
        action_flag=CHANGE,
        change_message=f"{CANARY} changed",
    )
    secret = _key(organization)
    _asked(organization)
    _used(organization)
    return {"shared": shared, "staff": helping, "visitor": visitor, "secret": secret}


def _key(organization: models.Organization) -> str:
    issued = models.ApiKey.issue(
        live=False, organization=organization, name=f"{CANARY} key", scopes=["billing:read", "usage:write"]
    )
    return issued.secret


def _asked(organization: models.Organization) -> None:
    body = json.dumps({"id": organization.public_id, "name": organization.name, "email": organization.email})
    later = timezone.now() + timedelta(minutes=1)
    for scope in (organization.public_id, "api_key:key_installation"):
        models.IdempotencyRecord.objects.create(
            scope=scope, key="k", request_hash="h", status="done", response_body=body, lease_until=later
        )


def _used(organization: models.Organization) -> None:
    ensure_meter(code="api_calls", name="API calls", event_type="api_call", unit="call", by=SYSTEM)
    events = [
        {
            "specversion": "1.0",
            "id": f"{CANARY}-{number}",
            "source": f"{CANARY}-app",
            "type": "api_call",
            "data": {"value": number, "who": PERSON["email"]},
        }
        for number in range(1, 4)
    ]
    outcome = receive([json.dumps(one).encode() for one in events], sender=Sender(organization), now=timezone.now())
    assert outcome.accepted == 3


def traces(dsn: str) -> Counter[str]:
    """How many rows hold a canary, by "table.column": every column that may hold text, of every table; as superuser,
    whom no policy hides anything from."""
    found: Counter[str] = Counter()
    with psycopg.connect(dsn) as superuser:
        for schema, table, column, kind in list(_columns(superuser)):
            text = "encode({0}, 'escape')" if kind == "bytea" else "{0}::text"
            statement = SQL("SELECT count(*) FROM {1}.{2} WHERE " + text + " ~* %s").format(
                Identifier(column), Identifier(schema), Identifier(table)
            )
            (count,) = superuser.execute(statement, ["|".join(TRACES)]).fetchone() or (0,)
            if count:
                found[f"{table}.{column}"] += count
    return found


def _columns(superuser: Any) -> Iterator[tuple[str, str, str, str]]:
    yield from superuser.execute(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        " AND data_type IN"
        " ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY', 'USER-DEFINED', 'inet')"
    ).fetchall()
