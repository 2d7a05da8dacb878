"""The errors that faults answer with, in Stripe's shape."""

from sandbox.faults.fault import Fault
from sandbox.protocol.errors import StripeError


def error_of(fault: Fault) -> StripeError:
    if fault.kind == "error_503":
        return StripeError(503, "api_error", "The service is unavailable (an injected fault).")
    if fault.kind == "error_500":
        return StripeError(500, "api_error", "An unknown error occurred (an injected fault).")
    return _busy(fault)


def _busy(fault: Fault) -> StripeError:
    """429: of the rate limit, which the SDK does not try again, or of an object's lock, which it does."""
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
    if fault.kind == "lock_timeout":
        headers["Stripe-Should-Retry"] = "true"
        message = (
            "This object cannot be accessed right now because another API request or Stripe process is currently"
            " accessing it. If you see this error intermittently, retry the request. If you see this error frequently"
            " and are making multiple concurrent requests to a single object, make your requests serially or at a"
            " lower rate. For more details, see https://stripe.com/docs/rate-limits#object-lock-timeouts."
        )
        return StripeError(429, "invalid_request_error", message, code="lock_timeout", headers=headers)
    return StripeError(
        429,
        "invalid_request_error",
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        headers=headers,
    )
