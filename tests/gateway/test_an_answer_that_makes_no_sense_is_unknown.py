"""Between us and Stripe are gateways that answer in their own words: whether the work was done, they do not say.
Row F21."""

import json

import pytest

from billing.gateway.client import ask
from billing.gateway.errors import Refused, StripeFault, Unknown
from tests.gateway.wire import Wire

SENSELESS: dict[str, tuple[int, bytes]] = {
    "a page of a proxy": (502, b"<html><body>Bad Gateway</body></html>"),
    "a page with success": (200, b"<html>Sign in to the guest network</html>"),
    "nothing": (200, b""),
    "nothing with an error": (503, b""),
    "a list": (200, b"[]"),
    "a word": (200, b'"ok"'),
    "a number": (200, b"1"),
    "null": (200, b"null"),
    "half an object": (200, b'{"id": "sub_1", "obj'),
    "no text": (200, b"\xff\xfe\x00"),
    "a list with an error": (500, b"[]"),
    "an error of one word": (502, b'{"error": "upstream connect error"}'),
    "an error that is null": (500, b'{"error": null}'),
    "an error that is a list": (503, b'{"error": ["a", "b"]}'),
    "an object without error": (500, b'{"message": "internal"}'),
}


def fault_of(status: int, body: bytes, wire: Wire) -> StripeFault:
    wire.answers_with(status, body)
    with pytest.raises(StripeFault) as raised:
        ask("post", "/v1/subscriptions", {}, operation="test.senseless", idempotency_key="cmd_1")
    return raised.value


@pytest.mark.parametrize("why", SENSELESS)
def test_nobody_knows_whether_it_was_done(wire: Wire, why: str) -> None:
    fault = fault_of(*SENSELESS[why], wire)
    assert type(fault) is Unknown
    assert fault.code in ("no_answer", "unreadable_answer")
    assert fault.message
    assert len(wire.asked) == 1


def test_an_answer_that_breaks_off_is_unknown(wire: Wire) -> None:
    wire.answers = [(200, b'{"id": "sub_1"}', {"Content-Length": "4000"})]
    with pytest.raises(Unknown):
        ask("post", "/v1/subscriptions", {}, operation="test.senseless", idempotency_key="cmd_1")


def test_nobody_listening_is_unknown_too(wire: Wire, settings: object) -> None:
    """It is never a refusal: the command stays open and is asked again when Stripe is back."""
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Unknown) as raised:
        ask("post", "/v1/subscriptions", {}, operation="test.senseless", idempotency_key="cmd_1")
    assert raised.value.code == "no_answer"
    assert wire.asked == []


def test_a_gateway_that_says_no_in_one_word_has_refused(wire: Wire) -> None:
    """400 with `invalid_request` is OAuth's way to say it; the SDK has errors of its own for these."""
    fault = fault_of(400, json.dumps({"error": "invalid_request"}).encode(), wire)
    assert type(fault) is Refused
