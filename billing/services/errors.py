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
    """Stripe did not answer a question that changes nothing, or is not asked at the moment; ask again, not before
    `retry_after` seconds where that is not 0."""

    code = "stripe_unavailable"
    status = 503

    def __init__(self, detail: str, *, code: str = "", retry_after: float = 0) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class StripeRefused(Cannot):
    """Stripe refused the request."""

    code = "stripe_refused"
    status = 422


class OutcomeUnknown(Exception):
    """Stripe gave no answer to a command. It may have been done; the sweeper looks it up."""

    def __init__(self, command: StripeCommand) -> None:
        super().__init__(f"No answer from Stripe yet to {command}.")
        self.command = command
