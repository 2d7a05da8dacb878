"""Give an organization a way to pay. Card data never passes through here: Stripe's ids only."""

from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.models import Organization, PaymentMethod, StripeCommand
from billing.services import commands


@ordinary_role("payment_methods.attach")
def attach(*, organization: Organization, payment_method: str, by: Actor) -> PaymentMethod:
    """Attach the method to the customer and make it the default for its invoices.

    A method that is attached already is only made the default. Raises PaymentDeclined, StripeRefused,
    OutcomeUnknown.
    """
    with acting(by):
        method = PaymentMethod.objects.filter(
            organization=organization, stripe_id=payment_method, detached=False
        ).first()
        if method is None:
            done = _command(
                organization,
                "payment_methods.attach",
                {"id": payment_method, "customer": organization.stripe_customer_id},
                by,
            )
            method = PaymentMethod.objects.get(stripe_id=done.result_id)
        _command(
            organization,
            "customers.update",
            {
                "id": organization.stripe_customer_id,
                "invoice_settings": {"default_payment_method": method.stripe_id},
            },
            by,
        )
        return method


def _command(organization: Organization, operation: str, parameters: dict[str, Any], by: Actor) -> StripeCommand:
    with transaction.atomic():
        record(
            "payment_method.attach_requested",
            target=("organization", organization.public_id),
            organization_id=organization.pk,
            after={"operation": operation},
        )
        command = commands.prepare(operation=operation, parameters=parameters, organization_id=organization.pk, by=by)
    return commands.run(command)
