"""What row-level security costs: the same query on the same rows, with the policies and on a table without any."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
from django.conf import settings
from django.db import connection, transaction

from audit.context import tenant
from bench.client import Load
from bench.reads import company
from bench.rounds import Ratio, Result, in_turns
from bench.scale import Scale

PLAIN = "bench_plain_invoice"
PAGE = "SELECT * FROM {table} WHERE organization_id = %s ORDER BY stripe_created_at DESC, id DESC LIMIT 50"
SUM = "SELECT sum(total), count(*) FROM {table} WHERE organization_id = %s"
Context = Callable[[int], AbstractContextManager[None]]


def measure(base: str, scale: Scale) -> list[Result]:
    """In this process, on one session; what is timed includes opening and ending the transaction."""
    organization = company(scale.invoices)
    _copy_without_policies()

    def load(context: Context, query: str, table: str) -> Load:
        return _timed(context, query.format(table=table), organization.pk, scale.requests)

    contestants = {
        "page, no policies": lambda _: load(_ordinary, PAGE, PLAIN),
        "page, policies of the ordinary role": lambda _: load(_ordinary, PAGE, "billing_invoice"),
        "page, as a customer": lambda _: load(tenant, PAGE, "billing_invoice"),
        "sum of all own rows, no policies": lambda _: load(_ordinary, SUM, PLAIN),
        "sum of all own rows, as a customer": lambda _: load(tenant, SUM, "billing_invoice"),
    }
    figures = in_turns(scale.rounds, contestants)
    plain, ordinary, customer, plain_sum, customer_sum = figures.values()
    ratios = [
        Ratio("ordinary role / no policies, p50", ordinary.p50 / plain.p50, at_most=1.2),
        Ratio(
            "customer / no policies, ms added at p50 (role, setting and policy)", customer.p50 - plain.p50, at_most=2
        ),
        Ratio("sum: customer / no policies, ms added at p50", customer_sum.p50 - plain_sum.p50, at_most=2),
        Ratio("index used under the policy (1 = yes)", float(_uses_index(organization.pk)), at_least=1),
    ]
    return [Result("row security, one session", list(figures.values()), ratios)]


def _ordinary(organization_id: int) -> AbstractContextManager[None]:
    return transaction.atomic()


def _timed(context: Context, query: str, organization_id: int, times: int) -> Load:
    load, began = Load(statuses={200: times}), time.perf_counter()
    for _ in range(times):
        start = time.perf_counter()
        with context(organization_id), connection.cursor() as cursor:
            cursor.execute(query, [organization_id])
            cursor.fetchall()
        load.times.append(time.perf_counter() - start)
    load.seconds = time.perf_counter() - began
    return load


def _copy_without_policies() -> None:
    with psycopg.connect(settings.DIRECT_URL, autocommit=True) as owner:
        owner.execute(f"DROP TABLE IF EXISTS {PLAIN}")
        owner.execute(f"CREATE TABLE {PLAIN} (LIKE billing_invoice INCLUDING ALL)")
        owner.execute(f"INSERT INTO {PLAIN} SELECT * FROM billing_invoice")
        owner.execute(f"ANALYZE {PLAIN}")
        owner.execute("ANALYZE billing_invoice")


def _uses_index(organization_id: int) -> bool:
    with tenant(organization_id), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + PAGE.format(table="billing_invoice").replace("*", "id"), [organization_id])
        return any("Index" in line for (line,) in cursor.fetchall())
