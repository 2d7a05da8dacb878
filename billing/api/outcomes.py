"""What services and queries raise, as the API answers it."""

import math

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from rest_framework import serializers

from billing.api.problem import Problem
from billing.models import StripeCommand
from billing.models.stripe_command import CommandStatus
from billing.queries.subscriptions import NoSubscription, SubscriptionAmbiguous
from billing.services.errors import Cannot, OutcomeUnknown, PaymentDeclined, StripeRefused, StripeUnavailable

DATABASE_AWAY = "database_unavailable"
NO_DATABASE = (OperationalError, InterfaceError)
"""Gone, full, or too busy: all of them pass, so that the same request may be sent again."""
RETRY_SECONDS = 30


class CommandSerializer(serializers.Serializer):
    """Something that Stripe was asked to do."""

    id = serializers.CharField(source="public_id")
    operation = serializers.CharField()
    status = serializers.ChoiceField(choices=CommandStatus.choices)


class AcceptedSerializer(serializers.Serializer):
    """Stripe has not answered yet. The command is finished in the background: read the object again later."""

    command = CommandSerializer()


def problem_of(error: Exception) -> Problem | None:
    """The problem that the error means to a caller; None where it is a fault of ours."""
    match error:
        case PaymentDeclined():
            return Problem(error.code, error.detail, error.status, decline_code=error.decline_code)
        case StripeUnavailable():
            wait = {"Retry-After": str(max(math.ceil(error.retry_after), 1))}
            return Problem(error.code, error.detail, error.status, headers=wait)
        case Cannot():
            return Problem(error.code, error.detail, error.status)
        case NoSubscription():
            return Problem(error.code, str(error), 404)
        case SubscriptionAmbiguous():
            return Problem(error.code, str(error), 409)
        case OperationalError() | InterfaceError():
            headers = {"Retry-After": str(RETRY_SECONDS)}
            return Problem(DATABASE_AWAY, "The database does not answer; try again.", 503, headers=headers)
        case RequestDataTooBig():
            return Problem("too_large", "The body is too large.", 413)
        case _:
            return None


def accepted(command: StripeCommand) -> dict[str, object]:
    return {"command": CommandSerializer(command).data}


def outcome_of(command: StripeCommand) -> None:
    """Pass for a command that Stripe carried out. Raises what the service would have raised for any other:
    OutcomeUnknown, PaymentDeclined or StripeRefused."""
    if command.status == CommandStatus.DONE:
        return
    if command.status != CommandStatus.FAILED:
        raise OutcomeUnknown(command)
    if command.decline_code:
        raise PaymentDeclined(command.error_message, decline_code=command.decline_code)
    raise StripeRefused(command.error_message, code=command.error_code)
