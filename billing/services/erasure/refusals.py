"""When a customer cannot be erased yet."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from billing.domain.states import LIVE, InvoiceStatus, PaymentStatus
from billing.models import Invoice, Organization, Payment, StripeCommand, Subscription
from billing.models.stripe_command import KEY_LIFE, UNFINISHED
from billing.services.errors import Cannot

MOVING = (PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_CAPTURE)


class CannotErase(Cannot):
    """Something between us and the customer is not settled; the detail says all of it, and what to do."""

    code = "cannot_erase"


def refuse_unsettled(organization: Organization, *, now: datetime) -> None:
    """Raises CannotErase."""
    reasons = list(_unsettled(organization, now))
    if reasons:
        raise CannotErase(" ".join(reasons))


def _unsettled(organization: Organization, now: datetime) -> Iterator[str]:
    theirs = {"organization": organization}
    if live := _named(Subscription.objects.filter(status__in=LIVE, **theirs)):
        yield f"Subscriptions are live: {live}. Cancel them first."
    if drafts := _named(Invoice.objects.filter(status=InvoiceStatus.DRAFT, **theirs)):
        yield f"Invoices are drafts: {drafts}. Finalize or delete them first."
    if owed := _named(Invoice.objects.filter(status=InvoiceStatus.OPEN, amount_remaining__gt=0, **theirs)):
        yield f"Money is owed on {owed}. Have these invoices paid, or void them or write them off, first."
    if moving := _named(Payment.objects.filter(status__in=MOVING, **theirs)):
        yield f"Payments are under way: {moving}. Wait for them, or capture or cancel them."
    if organization.balance:
        yield f"A balance of {organization.balance} (minor units) is left at Stripe. Settle it there first."
    unfinished = StripeCommand.objects.filter(status__in=UNFINISHED, created_at__gt=now - KEY_LIFE, **theirs)
    if waiting := ", ".join(unfinished.order_by("id").values_list("public_id", flat=True)[:5]):
        yield f"Stripe has not answered {waiting} yet. Try again in some minutes."


def _named(rows: QuerySet[Any]) -> str:
    """The ids of the first five."""
    return ", ".join(str(stripe_id) for stripe_id in rows.order_by("id").values_list("stripe_id", flat=True)[:5])
