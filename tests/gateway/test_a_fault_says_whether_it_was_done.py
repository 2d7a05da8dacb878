"""Refused, declined, busy or unknown: what happens to a customer's money next depends on which of them it is."""

from typing import Any

import pytest
import stripe
from stripe import oauth_error

from billing.gateway.client import ask
from billing.gateway.errors import Busy, Declined, Missing, Refused, StripeFault, Unknown, translate
from tests.gateway.wire import Wire

# why: (status, the `error` of the body, our fault, its code)
ANSWERS: dict[str, tuple[int, dict[str, Any], type[StripeFault], str]] = {
    "bad parameter": (400, {"code": "parameter_missing", "param": "items"}, Refused, "parameter_missing"),
    "bad parameter without a code": (400, {"type": "invalid_request_error"}, Refused, ""),
    "wrong state": (400, {"code": "invoice_not_editable"}, Refused, "invoice_not_editable"),
    "an old kind of rate limit": (400, {"code": "rate_limit"}, Busy, "rate_limit"),
    "another request under the key": (400, {"type": "idempotency_error"}, Unknown, "idempotency_error"),
    "wrong key": (401, {"message": "Invalid API Key"}, Refused, ""),
    "declined": (402, {"code": "card_declined", "decline_code": "insufficient_funds"}, Declined, "card_declined"),
    "expired": (402, {"code": "expired_card"}, Declined, "expired_card"),
    "no permission": (403, {"message": "This key may not"}, Refused, ""),
    "missing": (404, {"code": "resource_missing", "param": "id"}, Missing, "resource_missing"),
    "the same key in flight": (409, {"code": "idempotency_key_in_use"}, Busy, "idempotency_key_in_use"),
    "a lock time-out": (409, {"code": "lock_timeout"}, Busy, "lock_timeout"),
    "rate limit": (429, {"code": "rate_limit"}, Busy, "rate_limit"),
    "another 4xx": (424, {"message": "external dependency failed"}, Refused, ""),
    "an error of Stripe": (500, {"type": "api_error"}, Unknown, "no_answer"),
    "a bad gateway": (502, {}, Unknown, "no_answer"),
    "not available": (503, {"code": "api_down"}, Unknown, "api_down"),
    "a gateway's time-out": (504, {"message": None}, Unknown, "no_answer"),
}  # fmt: skip


@pytest.mark.parametrize("why", ANSWERS)
def test_an_answer_of_stripe_becomes_our_fault(wire: Wire, why: str) -> None:
    status, error, fault, code = ANSWERS[why]
    wire.answers_with(status, {"error": {"message": "In Stripe's words.", **error}}, Request_Id="req_1")
    with pytest.raises(StripeFault) as raised:
        ask("post", "/v1/subscriptions", {}, operation="test.fault", idempotency_key="cmd_1")
    assert type(raised.value) is fault
    assert raised.value.decline_code == error.get("decline_code", "")
    assert raised.value.param == error.get("param", "")
    assert isinstance(raised.value.__cause__, stripe.StripeError)
    assert raised.value.code == code


@pytest.mark.parametrize("why", [why for why, answer in ANSWERS.items() if "message" not in answer[1]])
def test_people_read_stripes_own_sentence(wire: Wire, why: str) -> None:
    """Without the number of the request in front, which is for the log."""
    status, error, _, _ = ANSWERS[why]
    wire.answers_with(status, {"error": {**error, "message": "Your card was declined."}}, Request_Id="req_1")
    with pytest.raises(StripeFault) as raised:
        ask("post", "/v1/subscriptions", {}, operation="test.fault")
    assert raised.value.message == str(raised.value) == "Your card was declined."


def everything_below(cls: type[stripe.StripeError]) -> set[type[stripe.StripeError]]:
    return {cls}.union(*(everything_below(one) for one in cls.__subclasses__()))


EVERY_ERROR = sorted(everything_below(stripe.StripeError), key=lambda cls: f"{cls.__module__}.{cls.__name__}")
STATUSES = [None, 200, 302, 400, 401, 402, 403, 404, 409, 429, 500, 503]


def made(cls: type[stripe.StripeError], status: int | None, **fields: Any) -> stripe.StripeError:
    """Constructors differ; the state that they leave does not."""
    error = cls.__new__(cls)
    stripe.StripeError.__init__(error, "Some words.", http_status=status, **fields)
    return error


@pytest.mark.parametrize("cls", EVERY_ERROR, ids=lambda cls: cls.__name__)
def test_every_error_of_the_sdk_has_a_fault(cls: type[stripe.StripeError]) -> None:
    for status in STATUSES:
        fault = translate(made(cls, status))
        assert isinstance(fault, Refused | Busy | Unknown)
        assert fault.message == "Some words."


@pytest.mark.parametrize("status", [None, 200, 302, 500, 503])
def test_without_a_clear_no_nobody_knows(status: int | None) -> None:
    """Only an answer of 4xx proves that nothing was done."""
    fault = translate(made(stripe.APIError, status))
    assert type(fault) is Unknown
    assert fault.code == "no_answer"


@pytest.mark.parametrize("code", ["", "idempotency_key_reused"])
def test_a_key_that_is_known_with_other_words_is_no_refusal(code: str) -> None:
    """The first request may have been carried out: what is stored under the key decides, not this answer."""
    fault = translate(made(stripe.IdempotencyError, 400, code=code or None))
    assert type(fault) is Unknown
    assert fault.code == (code or "idempotency_error")


def test_a_broken_connection_is_unknown() -> None:
    fault = translate(stripe.APIConnectionError("Unexpected error communicating with Stripe."))
    assert (type(fault), fault.code) == (Unknown, "no_answer")


@pytest.mark.parametrize(
    "error",
    [
        stripe.CardError("No.", "number", "card_declined", http_status=402),
        oauth_error.InvalidRequestError("invalid_request", "No.", http_status=400),
        stripe.InvalidRequestError("No.", None, http_status=400),
    ],
)
def test_a_body_that_cannot_be_read_for_details_changes_nothing_else(error: stripe.StripeError) -> None:
    for body in (None, [], "words", {}, {"error": None}, {"error": "words"}, {"error": {"decline_code": None}}):
        error.json_body = body
        fault = translate(error)
        assert isinstance(fault, Refused)
        assert fault.decline_code == ""


def test_a_message_that_is_missing_is_never_empty_words() -> None:
    assert translate(stripe.APIError()).message != ""


def test_kinds_of_refusal_are_refusals_and_the_others_are_not() -> None:
    """Who catches Refused gives up for good; who catches Busy or Unknown asks again."""
    assert issubclass(Declined, Refused)
    assert issubclass(Missing, Refused)
    assert not issubclass(Busy, Refused)
    assert not issubclass(Unknown, Refused | Busy)
