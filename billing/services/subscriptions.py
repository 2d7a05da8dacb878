"""Start, change and cancel subscriptions."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting, ordinary_role
from audit.record import record
from billing.domain import states
from billing.models import Organization, Price, StripeCommand, Subscription, SubscriptionItem
from billing.models.stripe_command import UNFINISHED
from billing.services import commands, payment_methods
from billing.services.errors import Cannot
from billing.services.guard import act
from billing.services.guarded import GuardedVerb, MoneyEffect, Parameters, guarded
from billing.services.limits import limits_of
from billing.services.previews import PreviewStale, PreviewTerms, change_effect, read_token, stamp
from billing.services.prices import price_of


class CannotSubscribe(Cannot):
    """The organization cannot start this subscription."""

    code = "cannot_subscribe"


class CannotChangePlan(Cannot):
    """The subscription cannot change to this plan now."""

    code = "cannot_change_plan"


class CannotCancel(Cannot):
    """The subscription cannot be cancelled (again)."""

    code = "cannot_cancel"


@ordinary_role("subscriptions.start")
def start(
    *,
    organization: Organization,
    plan_code: str,
    interval: str = "month",
    quantity: int = 1,
    trial_days: int = 0,
    payment_method: str = "",
    by: Actor,
) -> Subscription:
    """Start a subscription at Stripe; without a payment method the customer's default pays, a new one is attached
    to the customer and becomes its default.

    A declined first payment leaves no subscription behind (`error_if_incomplete`). Raises UnknownPlan,
    CannotSubscribe, PaymentDeclined, StripeRefused, OutcomeUnknown.
    """
    price = price_of(plan_code, interval, organization.currency)
    with acting(by):
        _check_start(organization, price, quantity)
        if payment_method:
            payment_method = payment_methods.attach(
                organization=organization, payment_method=payment_method, by=by
            ).stripe_id
        command = _store_start(organization, price, quantity, trial_days, payment_method, by)
        commands.run(command)
    return Subscription.objects.get(stripe_id=command.result_id)


@transaction.atomic
def _store_start(
    organization: Organization, price: Price, quantity: int, trial_days: int, payment_method: str, by: Actor
) -> StripeCommand:
    Organization.objects.select_for_update().get(pk=organization.pk)
    _check_start(organization, price, quantity)
    record(
        "subscription.start_requested",
        target=("organization", organization.public_id),
        organization_id=organization.pk,
        after={"plan": price.plan.code, "price": price.stripe_id, "quantity": quantity, "trial_days": trial_days},
    )
    parameters: dict[str, Any] = {
        "customer": organization.stripe_customer_id,
        "items": [{"price": price.stripe_id, "quantity": quantity}],
        "payment_behavior": "error_if_incomplete",
    }
    if trial_days:
        parameters["trial_period_days"] = trial_days
    if payment_method:
        parameters["default_payment_method"] = payment_method
    return commands.prepare(
        operation="subscriptions.create", parameters=parameters, organization_id=organization.pk, by=by
    )


def _check_start(organization: Organization, price: Price, quantity: int) -> None:
    if not organization.stripe_customer_id:
        raise CannotSubscribe("Stripe does not know this organization yet; try again in a minute.", code="no_customer")
    if organization.deleted_at:
        raise CannotSubscribe("The organization was deleted in Stripe.", code="organization_deleted")
    if organization.erased_at:
        raise CannotSubscribe("The organization was erased.", code="organization_erased")
    if quantity < 1:
        raise CannotSubscribe("The quantity is at least 1.", code="invalid_quantity")
    pending = StripeCommand.objects.filter(
        organization=organization,
        operation="subscriptions.create",
        status__in=UNFINISHED,
        parameters__items__0__price__in=list(price.plan.prices.values_list("stripe_id", flat=True)),
    )
    live = Subscription.objects.live().filter(organization=organization, items__price__plan__code=price.plan.code)
    if live.exists() or pending.exists():
        raise CannotSubscribe(
            f"There is a live subscription to {price.plan.name}; change or cancel that one.", code="already_subscribed"
        )


@ordinary_role("subscriptions.change_plan")
def change_plan(
    *,
    subscription: Subscription,
    plan_code: str,
    interval: str = "",
    quantity: int | None = None,
    preview_token: str = "",
    reason: str = "",
    by: Actor,
) -> Subscription:
    """Change plan, interval or quantity now; the difference is invoiced at once (`always_invoice`).

    With the token of a preview, what was shown is charged: the proration is computed for the preview's second.
    Raises UnknownPlan, CannotChangePlan, PreviewStale, ApprovalNeeded over the limit of staff, PaymentDeclined,
    StripeRefused, OutcomeUnknown.
    """
    terms = read_token(preview_token, subscription) if preview_token else None
    parameters = {
        "plan_code": plan_code,
        "interval": interval,
        "quantity": quantity,
        "proration_date": None,
        "period": stamp(subscription.current_period_start),
    }
    if terms is not None:
        parameters |= _of_terms(subscription, terms, plan_code, interval, quantity)
    elif limits_of(by) is not None:  # what is shown to whoever approves has to hold until then
        parameters["proration_date"] = stamp(timezone.now())
    act(CHANGE_PLAN, target=subscription, parameters=parameters, reason=reason, by=by)
    subscription.refresh_from_db()
    return subscription


def _of_terms(
    subscription: Subscription, terms: PreviewTerms, plan_code: str, interval: str, quantity: int | None
) -> dict[str, Any]:
    """What the token promised, in place of what was left open. Raises PreviewStale for another price or quantity."""
    item = changeable_item(subscription)
    price = price_of(plan_code, interval or item.price.interval, subscription.currency)
    terms.check(price=price.stripe_id, quantity=item.quantity if quantity is None else quantity)
    return {"interval": price.interval, "quantity": terms.quantity, "proration_date": terms.proration_date}


def _store_change(
    subscription: Subscription, parameters: Parameters, *, reason: str, by: Actor, approval: str
) -> StripeCommand:
    item = changeable_item(subscription)
    price = price_of(parameters["plan_code"], parameters["interval"] or item.price.interval, subscription.currency)
    quantity = item.quantity if parameters["quantity"] is None else parameters["quantity"]
    date = parameters["proration_date"]
    if date is not None and parameters["period"] != stamp(subscription.current_period_start):
        raise PreviewStale("The subscription has renewed since.")
    if (price.stripe_id, quantity) == (item.price_id, item.quantity):
        raise CannotChangePlan("That is what the subscription has already.", code="no_change")
    record(
        "subscription.change_requested",
        target=("subscription", subscription.stripe_id),
        organization_id=subscription.organization_id,
        before={"price": item.price_id, "quantity": item.quantity},
        after={
            "plan": parameters["plan_code"],
            "price": price.stripe_id,
            "quantity": quantity,
            **({"approval": approval} if approval else {}),
        },
        reason=reason,
    )
    asked = {
        "id": subscription.stripe_id,
        "items": [{"id": item.stripe_id, "price": price.stripe_id, "quantity": quantity}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
        **({"proration_date": date} if date is not None else {}),
    }
    return commands.prepare(
        operation="subscriptions.update", parameters=asked, organization_id=subscription.organization_id, by=by
    )


def changeable_item(subscription: Subscription) -> SubscriptionItem:
    """The one item with a plan. Raises CannotChangePlan."""
    if not states.may_change_plan(subscription.status):
        raise CannotChangePlan(f"The subscription is {subscription.status}; it cannot change plan.")
    items = [item for item in subscription.items.select_related("price") if item.price.usage_type != "metered"]
    if not items:
        raise CannotChangePlan("The subscription has no item with a plan to change.", code="no_item")
    if len(items) > 1:
        raise CannotChangePlan("The subscription has several items; change them one by one.", code="several_items")
    return items[0]


@ordinary_role("subscriptions.cancel")
def cancel(*, subscription: Subscription, at: str = "period_end", reason: str = "", by: Actor) -> Subscription:
    """Cancel `at` "period_end" (service runs to the end of what is paid) or "now".

    Raises CannotCancel, StripeRefused, OutcomeUnknown.
    """
    act(CANCEL, target=subscription, parameters={"at": at}, reason=reason, by=by)
    subscription.refresh_from_db()
    return subscription


def _store_cancel(
    subscription: Subscription, parameters: Parameters, *, reason: str, by: Actor, approval: str
) -> StripeCommand:
    at = parameters["at"]
    _check_cancel(subscription, at)
    record(
        "subscription.cancel_requested",
        target=("subscription", subscription.stripe_id),
        organization_id=subscription.organization_id,
        after={"at": at},
        reason=reason,
    )
    now = at == "now"
    return commands.prepare(
        operation="subscriptions.cancel" if now else "subscriptions.update",
        parameters={"id": subscription.stripe_id}
        if now
        else {"id": subscription.stripe_id, "cancel_at_period_end": True},
        organization_id=subscription.organization_id,
        by=by,
    )


def _check_cancel(subscription: Subscription, at: str) -> None:
    if at not in ("now", "period_end"):
        raise CannotCancel('Cancel at "now" or at "period_end".', code="invalid_time")
    if not states.may_cancel(subscription.status):
        raise CannotCancel("The subscription has ended already.", code="already_ended")
    if at == "period_end":
        if subscription.cancel_at_period_end:
            raise CannotCancel("The subscription ends at the period's end already.", code="already_cancelling")
        if not states.may_cancel_at_period_end(subscription.status):
            raise CannotCancel("There is no paid period to wait for; cancel it now.", code="no_period")


def _cancel_effect(subscription: Subscription, parameters: Parameters) -> MoneyEffect:
    """Cancelling makes no invoice and no credit: no money moves."""
    _check_cancel(subscription, parameters["at"])
    return MoneyEffect(0, subscription.currency)


CHANGE_PLAN = guarded(
    GuardedVerb(
        name="subscription.change_plan",
        label="Change plan",
        permission="billing.change_subscription",
        model=Subscription,
        effect=change_effect,
        store=_store_change,
        asks_stripe=True,
    )
)
CANCEL = guarded(
    GuardedVerb(
        name="subscription.cancel",
        label="Cancel",
        permission="billing.change_subscription",
        model=Subscription,
        effect=_cancel_effect,
        store=_store_cancel,
    )
)
