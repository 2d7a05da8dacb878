"""An account of any size: its objects, the pages in which Stripe would list them, and the same as rows here."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.emptying import empty_typed_tables
from billing.gateway.fields import required_moment
from billing.gateway.listing import ROWS_OF_A_PAGE
from billing.models import StripeObject, Subscription, SubscriptionChange
from billing.projection.rebuild import rebuild_projection
from billing.projection.subscriptions import state_of
from tests.projection import snapshots
from tests.projection.payments import charge, invoice_payment, payment_intent
from tests.projection.settlements import balance_transaction
from tests.projection.snapshots import START

Json = dict[str, Any]
OF_A_CUSTOMER = 12
"""Objects: itself, a subscription, and twice an invoice, a payment, a charge, an invoice payment, and a movement."""
APART_SECONDS = 600
AT_ONCE = 1000
LONG_AGO = timedelta(days=1)
"""What was just written is never compared with a list that may be older."""


def objects(count: int) -> Iterator[Json]:
    """About so many, whole customers, oldest first."""
    yield snapshots.product()
    yield snapshots.price()
    for number in range(max(count // OF_A_CUSTOMER, 1)):
        yield from _customer(number)


def _customer(number: int) -> Iterator[Json]:
    customer, at = f"cus_b{number}", START + number * APART_SECONDS
    whose: Json = {"customer": customer, "created": at}
    yield snapshots.customer(customer, name=f"Company {number}", created=at)
    items = [snapshots.item(f"si_b{number}", subscription=f"sub_b{number}")]
    yield snapshots.subscription(f"sub_b{number}", items=items, **whose)
    for part in range(2):
        name = f"b{number}_{part}"
        lines = [snapshots.line(f"il_{name}_{line}", invoice=f"in_{name}") for line in range(3)]
        yield snapshots.invoice(f"in_{name}", lines=lines, **whose)
        yield payment_intent(f"pi_{name}", latest_charge=f"ch_{name}", **whose)
        yield charge(f"ch_{name}", payment_intent=f"pi_{name}", balance_transaction=f"txn_{name}", **whose)
        paid = {"payment_intent": f"pi_{name}", "type": "payment_intent"}
        yield invoice_payment(f"inpay_{name}", invoice=f"in_{name}", payment=paid, created=at)
        yield balance_transaction(f"txn_{name}", source=f"ch_{name}", amount=2900, net=2900, fee=0, created=at)


def write_pages(folder: Path, count: int) -> None:
    """For each noun a file with a page of Stripe's list in each line, newest first, and one that says where the page
    after each cursor begins."""
    by_noun: dict[str, list[Json]] = {}
    for one in objects(count):
        by_noun.setdefault(one["object"], []).append(one)
    for noun, rows in by_noun.items():
        places, pages = {"": 0}, list(_pieces(reversed(rows), ROWS_OF_A_PAGE))
        with (folder / f"{noun}.pages").open("wb") as file:
            for number, page in enumerate(pages, 1):
                listed = {"object": "list", "data": page, "has_more": number < len(pages), "url": f"/v1/{noun}s"}
                file.write(json.dumps(listed).encode() + b"\n")
                places[page[-1]["id"]] = file.tell()
        (folder / f"{noun}.places").write_text(json.dumps(places))


def take_over(count: int) -> int:
    """All of it as rows here, and the facts that its events would have told; returns the number of objects."""
    empty_typed_tables()
    total = 0
    for some in _pieces(objects(count), AT_ONCE):
        StripeObject.objects.bulk_create([row_of(one) for one in some])
        total += len(some)
    rebuild_projection(restart=True)
    owners = dict(Subscription.objects.values_list("stripe_id", "organization_id"))
    for some in _pieces((one for one in objects(count) if one["object"] == "subscription"), AT_ONCE):
        SubscriptionChange.objects.bulk_create([_fact(one, owners[one["id"]]) for one in some])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return total


def _pieces(all_of_them: Iterable[Json], size: int) -> Iterator[list[Json]]:
    left = iter(all_of_them)
    while piece := list(islice(left, size)):
        yield piece


def row_of(snapshot: Json) -> StripeObject:
    return StripeObject(
        stripe_id=snapshot["id"],
        object_type=snapshot["object"],
        api_version="",
        snapshot=snapshot,
        event_time=required_moment(snapshot["created"]),
        mirror_due_at=None,
        updated_at=timezone.now() - LONG_AGO,
    )


def _fact(subscription: Json, owner: int) -> SubscriptionChange:
    return SubscriptionChange(
        organization_id=owner,
        subscription_id=subscription["id"],
        source_id=f"evt_{subscription['id']}",
        event_type="customer.subscription.created",
        cause="created",
        effective_at=required_moment(subscription["created"]),
        state=state_of(subscription),
    )
