"""How fast a customer's reads are answered under many connections, against the least that a database view can do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from django.utils import timezone

from bench.client import Load, request, run
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale
from billing.models import ApiKey, Invoice, InvoiceLine, Organization, Subscription
from usage.models import Meter, UsageBucket

PAGE = 50
ORGANIZATIONS = 200
START = datetime(2020, 1, 1, tzinfo=UTC)


def measure(base: str, scale: Scale) -> list[Result]:
    organization = company(scale.invoices)
    scopes = ["billing:read", "usage:read"]
    key = ApiKey.issue(live=False, name="Benchmark", organization=organization, scopes=scopes).secret
    paths = {
        "SELECT 1": "/bench/select-one",
        "usage/current": "/api/v1/billing/usage/current",
        f"invoices, {PAGE} a page": f"/api/v1/billing/invoices?limit={PAGE}",
        "invoices as JSON of PostgreSQL": f"/bench/invoices-json?organization={organization.pk}&limit={PAGE}",
    }

    def load(path: str) -> Load:
        message = request(base + path, Authorization=f"Bearer {key}")
        return run(base, [message] * scale.requests, scale.connections)

    figures = in_turns(scale.rounds, {name: lambda _, path=path: load(path) for name, path in paths.items()})
    limit, usage, invoices, peer = figures.values()
    ratios = [
        Ratio("usage/current: requests a second / SELECT 1", usage.per_second / limit.per_second, at_least=0.5),
        Ratio("usage/current: p95 / SELECT 1", usage.p95 / limit.p95, at_most=2.0),
        Ratio("invoices: requests a second / JSON of PostgreSQL", invoices.per_second / peer.per_second, at_least=0.4),
        Ratio("invoices: requests a second / SELECT 1", invoices.per_second / limit.per_second),
        Ratio("invoices: p95 / SELECT 1", invoices.p95 / limit.p95),
        Ratio("errors", sum(one.errors for one in figures.values()), at_most=0),
    ]
    return [Result(f"read API, {scale.connections} connections", list(figures.values()), ratios)]


@cache
def company(invoices: int) -> Organization:
    """Made once: the first of many organizations, with its invoices, a subscription, and usage this month."""
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Organization {n}", email=f"o{n}@example.com", stripe_customer_id=f"cus_bench{n}")
        for n in range(ORGANIZATIONS)
    )
    rows = [_invoice(organizations[n % ORGANIZATIONS], n) for n in range(max(invoices, ORGANIZATIONS * PAGE // 100))]
    Invoice.objects.bulk_create(rows, batch_size=2000)
    InvoiceLine.objects.bulk_create([_line(row) for row in rows], batch_size=2000)
    first = organizations[0]
    now = timezone.now()
    Subscription.objects.create(
        stripe_id="sub_bench",
        organization=first,
        status="active",
        currency="usd",
        current_period_start=now - timedelta(days=10),
        current_period_end=now + timedelta(days=20),
        stripe_created_at=START,
    )
    _use(first, now)
    return first


def _invoice(organization: Organization, number: int) -> Invoice:
    return Invoice(
        stripe_id=f"in_bench{number}",
        organization=organization,
        number=f"BENCH-{number:06d}",
        status="paid",
        currency="usd",
        subtotal=2900,
        total=2900,
        amount_due=2900,
        amount_paid=2900,
        amount_remaining=0,
        issued_at=START + timedelta(hours=number),
        stripe_created_at=START + timedelta(hours=number),
    )


def _line(invoice: Invoice) -> InvoiceLine:
    return InvoiceLine(
        stripe_id=f"il_{invoice.stripe_id}",
        invoice=invoice,
        organization=invoice.organization,
        description="1 × Professional (at $29.00 / month)",
        amount=2900,
        currency="usd",
        quantity=1,
    )


def _use(organization: Organization, now: datetime) -> None:
    """Ten days of hourly rollup rows."""
    meter, _ = Meter.objects.get_or_create(
        code="api_calls",
        defaults={"name": "API calls", "event_type": "api.call", "value_property": "count", "unit": "call"},
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    UsageBucket.objects.bulk_create(
        UsageBucket(organization=organization, meter=meter, hour=hour - timedelta(hours=n), count=5, total=Decimal(7))
        for n in range(240)
    )
