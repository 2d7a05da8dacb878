"""What Stripe said: the newest snapshots, the mirror, and the events.

Objects and events are found by what they name: the customer, or an object that is known to be the customer's. There
is no index for that, so the tables are gone through from the first row to the last, in steps of STRIDE ids.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from billing.gateway import mirror
from billing.inbox.decode import scrubbed_payload
from billing.inbox.mirror_queue import wait_for_turn
from billing.models import (
    CreditNote,
    CreditNoteLine,
    Dispute,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Refund,
    StripeObject,
    Subscription,
    SubscriptionItem,
    WebhookEvent,
)
from billing.projection.apply import lock
from billing.projection.erased import scrub
from billing.services.erasure.steps import Counts, Subject, cut

STRIDE = 5000
OWNED = (
    *(Subscription, SubscriptionItem, Invoice, InvoiceLine),
    *(Payment, PaymentAttempt, PaymentMethod, Refund, InvoicePayment, CreditNote, CreditNoteLine, Dispute),
)

# Movements of the balance, checkout sessions and others name a charge or an invoice, and not always the customer
_OBJECTS = """
SELECT id, stripe_id FROM billing_stripeobject WHERE id > %(after)s AND id <= %(until)s AND (
    stripe_id = ANY(%(ids)s) OR strpos(snapshot::text, %(named)s) > 0 OR strpos(previous::text, %(named)s) > 0
    OR snapshot->>'charge' = ANY(%(ids)s) OR snapshot->>'payment_intent' = ANY(%(ids)s)
    OR snapshot->>'invoice' = ANY(%(ids)s) OR snapshot->>'source' = ANY(%(ids)s))
"""
_EVENTS = """
SELECT id, object_id FROM billing_webhookevent WHERE id > %(after)s AND id <= %(until)s AND (
    organization_id = %(organization)s OR object_id = ANY(%(ids)s) OR strpos(payload, %(named)s) > 0)
"""


def forget_snapshots(subject: Subject, dry: bool) -> Counts:
    """The typed rows could be made of them again, and would be the same."""
    done = 0
    for found in _going_through(StripeObject, _OBJECTS, subject, _known_ids(subject)):
        for some in cut(found):
            done += _scrub_objects(some, dry)
    return Counter({"billing_stripeobject": done})


@transaction.atomic
def _scrub_objects(found: Sequence[tuple[int, str]], dry: bool) -> int:
    lock(stripe_id for _, stripe_id in found)
    changed = [row for row in StripeObject.objects.filter(id__in=[pk for pk, _ in found]) if _is_changed(row)]
    if not dry:
        fields = ["snapshot", "previous", "mirror_due_at", "mirror_error", "version"]
        StripeObject.objects.bulk_update(changed, fields)
    return len(changed)


def _is_changed(row: StripeObject) -> bool:
    before = row.snapshot, row.previous, row.mirror_due_at, row.mirror_error
    scrub(row)
    if before == (row.snapshot, row.previous, row.mirror_due_at, row.mirror_error):
        return False
    row.version += 1  # whoever fetched it meanwhile looks again
    return True


def forget_mirror(subject: Subject, dry: bool) -> Counts:
    """dj-stripe's copies go altogether: they are not given the objects of an erased customer again."""
    if not subject.customer_id:
        return Counts()
    ids = _all_ids(subject)
    with transaction.atomic():
        wait_for_turn()
        return mirror.forget(subject.customer_id, ids, dry=dry)


def forget_events(subject: Subject, dry: bool) -> Counts:
    done = 0
    for found in _going_through(WebhookEvent, _EVENTS, subject, _all_ids(subject)):
        for some in cut(found):
            done += _scrub_events([pk for pk, _ in some], dry)
    return Counter({"billing_webhookevent": done})


@transaction.atomic
def _scrub_events(ids: Sequence[int], dry: bool) -> int:
    rows = list(WebhookEvent.objects.select_for_update().filter(id__in=ids).order_by("id"))
    changed = [row for row in rows if _is_scrubbed_now(row)]
    if not dry:
        WebhookEvent.objects.bulk_update(changed, ["payload", "error_message"])
    return len(changed)


def _is_scrubbed_now(row: WebhookEvent) -> bool:
    before = row.payload, row.error_message
    row.payload, row.error_message = scrubbed_payload(row.payload), ""
    return before != (row.payload, row.error_message)


def _going_through(
    model: Any, statement: str, subject: Subject, ids: Sequence[str]
) -> Iterator[Sequence[tuple[int, str]]]:
    last: int = model.objects.aggregate(last=Max("id"))["last"] or 0
    named = f'"{subject.customer_id}"' if subject.customer_id else f'"{subject.public_id}"'
    for after in range(0, last, STRIDE):
        words: dict[str, Any] = {"after": after, "until": after + STRIDE, "ids": list(ids), "named": named}
        with connection.cursor() as cursor:
            cursor.execute(statement, {**words, "organization": subject.pk})
            found = cursor.fetchall()
        if found:
            yield found


def _known_ids(subject: Subject) -> list[str]:
    """Stripe's ids of the organization's typed rows, and its own."""
    ids = {subject.customer_id} - {""}
    for model in OWNED:
        rows: Any = model._default_manager.filter(organization_id=subject.pk)
        ids.update(rows.exclude(stripe_id=None).values_list("stripe_id", flat=True))
    return sorted(ids)


def _all_ids(subject: Subject) -> list[str]:
    """Besides, of objects that have no typed rows."""
    known = _known_ids(subject)
    found = {stripe_id for some in _going_through(StripeObject, _OBJECTS, subject, known) for _, stripe_id in some}
    return sorted(found.union(known))
