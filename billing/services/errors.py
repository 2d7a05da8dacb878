"""Why a service did not do it."""

from billing.models import StripeCommand


class Cannot(Exception):
    """Base of all refusals. `code` is stable, `detail` says what to do, `status` is the HTTP status."""

    code = "refused"
    status = 409

    def __init__(self, detail: str, *, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code


class PaymentDeclined(Cannot):
    """The bank said no; `decline_code` is Stripe's (https://docs.stripe.com/declines/codes)."""

    code = "card_declined"
    status = 402

    def __init__(self, detail: str, *, decline_code: str = "") -> None:
        super().__init__(detail)
        self.decline_code = decline_code


class StripeUnavailable(Cannot):
    """Stripe did not answer a question that changes nothing; ask again."""

    code = "stripe_unavailable"
    status = 503


class StripeRefused(Cannot):
    """Stripe refused the request."""

    code = "stripe_refused"
    status = 422


class OutcomeUnknown(Exception):
    """Stripe gave no answer to a command. It may have been done; the sweeper finds out with the same key."""

    def __init__(self, command: StripeCommand) -> None:
        super().__init__(f"No answer from Stripe yet to {command}.")
        self.command = command
