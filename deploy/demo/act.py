"""Carry out the steps of the story, by the product's own services."""

from collections.abc import Callable

import structlog

from audit.actor import SYSTEM
from billing.gateway.client import ask
from billing.gateway.errors import StripeFault
from billing.models import Organization, PaymentAttempt, Subscription
from billing.services import organizations, subscriptions
from billing.services.errors import Cannot
from deploy.demo.story import Step

DOMAIN = "example.com"

logger = structlog.get_logger(__name__)


def address(company: int) -> str:
    return f"billing+{company:03d}@{DOMAIN}"


def act(step: Step) -> bool:
    """Do it; False where the product or Stripe refused (a declined card, a subscription that has ended): that is
    part of life."""
    try:
        VERBS[step.verb](step)
    except (Cannot, StripeFault) as refusal:
        logger.info("demo_step_refused", verb=step.verb, company=step.company, refusal=str(refusal))
        return False
    return True


def register(step: Step) -> None:
    if Organization.objects.filter(email=address(step.company)).exists():
        return  # an interrupted run had come this far
    organizations.register(
        name=step.details["name"],
        email=address(step.company),
        currency=step.details["currency"],
        time_zone=step.details["zone"],
        locale=step.details["locale"],
        by=SYSTEM,
    )


def start(step: Step) -> None:
    subscriptions.start(
        organization=_organization(step),
        plan_code=step.details["plan"],
        interval=step.details["interval"],
        quantity=step.details["quantity"],
        trial_days=step.details["trial_days"],
        payment_method=step.details["card"],
        by=SYSTEM,
    )


def start_again(step: Step) -> None:
    subscriptions.start(organization=_organization(step), plan_code=step.details["plan"], by=SYSTEM)


def change(step: Step) -> None:
    if subscription := _live(step):
        subscriptions.change_plan(subscription=subscription, plan_code=step.details["plan"], by=SYSTEM)


def cancel(step: Step) -> None:
    if subscription := _live(step):
        subscriptions.cancel(subscription=subscription, at=step.details["at"], by=SYSTEM)


def pause(step: Step) -> None:
    """As somebody does in Stripe's own dashboard: all that we hear of it are events."""
    if subscription := _live(step):
        _elsewhere(f"/v1/subscriptions/{subscription.stripe_id}", pause_collection={"behavior": "void"})


def resume(step: Step) -> None:
    if subscription := _live(step):
        _elsewhere(f"/v1/subscriptions/{subscription.stripe_id}", pause_collection="")


def refund(step: Step) -> None:
    """Half of the last payment, by Stripe's dashboard."""
    attempts = PaymentAttempt.objects.filter(organization=_organization(step), status="succeeded", amount__gt=0)
    last = attempts.order_by("-created_at", "-id").first()
    if last is not None and last.amount_refunded == 0:
        _elsewhere("/v1/refunds", charge=last.stripe_id, amount=last.amount // 2, reason="requested_by_customer")


def _elsewhere(path: str, **parameters: object) -> None:
    ask("post", path, parameters, operation="demo")


def _organization(step: Step) -> Organization:
    return Organization.objects.get(email=address(step.company))


def _live(step: Step) -> Subscription | None:
    return Subscription.objects.live().filter(organization__email=address(step.company)).newest_first().first()


VERBS: dict[str, Callable[[Step], None]] = {
    "register": register,
    "start": start,
    "start_again": start_again,
    "change": change,
    "cancel": cancel,
    "pause": pause,
    "resume": resume,
    "refund": refund,
}
