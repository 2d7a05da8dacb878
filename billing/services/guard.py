"""Do a guarded verb, or ask a second person where it moves more than its caller may move alone."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.context import acting
from billing.domain.limits import allows
from billing.models import Approval, StripeCommand
from billing.services import approvals, commands
from billing.services.guarded import GuardedVerb, MoneyEffect, Parameters
from billing.services.limits import limits_of


class ApprovalNeeded(Exception):
    """Nothing was done: somebody else has to approve it first. The question is put."""

    def __init__(self, approval: Approval) -> None:
        super().__init__(f"Somebody else has to approve {approval}.")
        self.approval = approval


def act(verb: GuardedVerb, *, target: Any, parameters: Parameters, reason: str = "", by: Actor) -> StripeCommand | None:
    """Check, audit, store the command, commit, ask Stripe; the command is done when this returns.

    Raises what the verb raises, ApprovalNeeded over the caller's limit, and PaymentDeclined, StripeRefused or
    OutcomeUnknown from Stripe.
    """
    with acting(by):
        effect = verb.effect(target, parameters) if limits_of(by) is not None else None
        outcome = _decide(verb, target, parameters, effect, reason, by)
        if isinstance(outcome, Approval):
            raise ApprovalNeeded(outcome)
        return commands.run(outcome) if outcome is not None else None


@transaction.atomic
def _decide(
    verb: GuardedVerb, target: Any, parameters: Parameters, effect: MoneyEffect | None, reason: str, by: Actor
) -> StripeCommand | Approval | None:
    """Under the row's lock, so that two at once cannot both stay within the limit."""
    locked = verb.lock(target)
    if effect is not None and needs_approval(verb, locked, effect, by):
        return approvals.ask(
            verb=verb, target=locked, parameters=parameters, effect=effect, reason=reason, by=by, now=timezone.now()
        )
    return verb.store(locked, parameters, reason=reason, by=by, approval="")


def needs_approval(verb: GuardedVerb, target: Any, effect: MoneyEffect, by: Actor) -> bool:
    """Whether it moves more than `by` may move alone for this row."""
    limits = limits_of(by)
    if limits is None or effect.amount == 0:
        return False
    return not allows(limits, effect.amount + verb.moved_alone(target), effect.currency)
