"""What was asked of us, and of Stripe."""

from django.db.models import Q

from billing.domain.personal import without_personal
from billing.models import Approval, IdempotencyRecord, StripeCommand
from billing.services.erasure.steps import Counts, Subject, delete, rewrite


def forget_commands(subject: Subject, dry: bool) -> Counts:
    """Which command it was, with which outcome, stays."""
    return rewrite(StripeCommand.objects.filter(organization_id=subject.pk), dry, _scrub, "parameters", "error_message")


def _scrub(command: StripeCommand) -> None:
    command.parameters, command.error_message = without_personal(command.parameters), ""


def forget_reasons(subject: Subject, dry: bool) -> Counts:
    """What a second person was asked, and decided, stays; why, in somebody's words, does not."""
    return rewrite(
        Approval.objects.filter(organization_id=subject.pk), dry, _without_reasons, "reason", "decision_reason"
    )


def _without_reasons(approval: Approval) -> None:
    approval.reason = approval.decision_reason = ""


def forget_answers(subject: Subject, dry: bool) -> Counts:
    """Stored answers: to the organization's own requests, and those to others that tell of it."""
    told = Q(scope=subject.public_id) | Q(response_body__contains=f'"{subject.public_id}"')
    if subject.customer_id:
        told |= Q(response_body__contains=f'"{subject.customer_id}"')
    return delete(IdempotencyRecord.objects.filter(told), dry)
