"""A body is refused by what it says of its length, and by its length. Row F18."""

import io
import json

import pytest

from billing.inbox.views import MAX_BODY_BYTES
from billing.models import WebhookEvent
from tests.inbox.webhooks import customer, deliver_signed, encoded, event, writes

pytestmark = pytest.mark.django_db


def body_of(size: int) -> bytes:
    """A good event of exactly this many bytes."""
    empty = len(encoded(event(about=customer(description=""))))
    return encoded(event(about=customer(description="x" * (size - empty))))


def test_one_mebibyte_is_stored() -> None:
    body = body_of(MAX_BODY_BYTES)
    assert deliver_signed(body).status_code == 200
    assert len(WebhookEvent.objects.get().payload) == 1024 * 1024


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 20 * MAX_BODY_BYTES])
def test_a_byte_more_is_not(size: int) -> None:
    before = writes()
    answer = deliver_signed(body_of(size))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too_large")
    assert writes() == before


def test_a_length_that_is_too_small_cuts_the_body_and_so_the_signature() -> None:
    before = writes()
    body = body_of(MAX_BODY_BYTES + 1)
    assert deliver_signed(body, CONTENT_LENGTH="100").status_code == 400
    assert writes() == before


@pytest.mark.parametrize("length", ["", "0", "-1"])
def test_without_a_usable_length_there_is_no_body(length: str) -> None:
    """It is read as none, and nothing is no event."""
    before = writes()
    assert deliver_signed(body_of(2000), CONTENT_LENGTH=length).status_code == 400
    assert writes() == before


def test_the_sender_is_heard_out_before_the_refusal() -> None:
    """Who writes into a closed connection sees a broken pipe instead of the answer."""
    stream = io.BytesIO(b"x" * (2 * MAX_BODY_BYTES))
    answer = deliver_signed(b"", "t=1,v1=x", **{"wsgi.input": stream, "CONTENT_LENGTH": str(2 * MAX_BODY_BYTES)})
    assert answer.status_code == 413
    assert stream.read() == b""
