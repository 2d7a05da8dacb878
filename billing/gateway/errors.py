"""What can go wrong when we ask Stripe, in our words (https://docs.stripe.com/error-handling)."""

import math
from collections.abc import Mapping
from typing import Any

import stripe

LONGEST_RETRY_AFTER = 3600.0
CANNOT_LOOK_UP = "cannot_look_up"


class StripeFault(Exception):
    """Base of all. `code` is Stripe's error code or our word for the fault; `message` is for people; `status` is the
    answer's, 0 for none; `retry_after` is in seconds, 0 where nobody said."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        decline_code: str = "",
        param: str = "",
        status: int = 0,
        retry_after: float = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.decline_code = decline_code
        self.param = param
        self.status = status
        self.retry_after = retry_after


class Refused(StripeFault):
    """Stripe did not do it and will not: bad parameters, wrong state, no permission."""


class Declined(Refused):
    """The bank said no. `decline_code` says why."""


class Missing(Refused):
    """There is no such object."""


class Busy(StripeFault):
    """Stripe did not do it but may later: rate limit, lock time-out, the same key in flight."""


class Unreachable(Busy):
    """It was not sent: Stripe has not answered others lately, or asked us all to wait."""


class Unknown(StripeFault):
    """Nobody knows whether it was done: time-out, broken connection, 5xx. Look it up before asking again."""


class Unsure(StripeFault):
    """Looking up cannot tell whether it was done: there is no way to (CANNOT_LOOK_UP), or it was changed since."""


class OpenTransaction(RuntimeError):
    """Stripe was called inside a database transaction: a lock would be held for as long as Stripe takes."""


def translate(error: stripe.StripeError) -> StripeFault:
    """Our fault for an error of the SDK."""
    said = _said(error)
    details: dict[str, Any] = {
        "code": error.code or str(said.get("code") or ""),  # of many statuses the SDK leaves the code in the body
        "decline_code": str(said.get("decline_code") or ""),
        "param": str(getattr(error, "param", "") or said.get("param") or ""),
        "status": error.http_status or 0,
        "retry_after": seconds_of(error.headers),
    }
    message = error.user_message or str(error)
    for kinds, fault in _TABLE:
        if isinstance(error, kinds):
            return fault(message, **details)
    return _by_status(error, message, details)


def _by_status(error: stripe.StripeError, message: str, details: dict[str, Any]) -> StripeFault:
    status = error.http_status or 0
    if status == 404:
        return Missing(message, **details)
    if status in (409, 429):
        return Busy(message, **details)
    if isinstance(error, stripe.IdempotencyError):  # the first request under the key may have been carried out
        return Unknown(message, **{**details, "code": details["code"] or "idempotency_error"})
    if 400 <= status < 500:
        return Refused(message, **details)
    return Unknown(message, **{**details, "code": details["code"] or "no_answer"})


def seconds_of(headers: Mapping[str, str] | None) -> float:
    """What `Retry-After` says, in seconds, at most an hour; 0 for nothing usable (a date is not: Stripe sends none)."""
    named = {name.lower(): value for name, value in (headers or {}).items()}
    try:
        said = float(named.get("retry-after", ""))
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(said) else min(max(said, 0.0), LONGEST_RETRY_AFTER)


def _said(error: stripe.StripeError) -> dict[str, Any]:
    """The `error` object of the body; a gateway in between may have sent anything."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    said = body.get("error")
    return said if isinstance(said, dict) else {}


_TABLE: tuple[tuple[type[stripe.StripeError], type[StripeFault]], ...] = (
    (stripe.CardError, Declined),
    (stripe.RateLimitError, Busy),
    (stripe.AuthenticationError, Refused),
    (stripe.PermissionError, Refused),
)
