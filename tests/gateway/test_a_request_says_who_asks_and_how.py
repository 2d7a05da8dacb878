"""Stripe answers in the shape of the version that a request names, and does a key's work once: both must be sent."""

import threading
from typing import Any

import pytest
from django.db import connection

from billing.gateway import client
from billing.gateway.client import ask
from billing.gateway.errors import Refused
from tests.gateway.wire import Wire


def test_the_key_and_the_pinned_version_are_in_every_request(wire: Wire, settings: Any) -> None:
    ask("get", "/v1/customers", operation="customers.list")
    ask("post", "/v1/customers", {"name": "Acme"}, operation="customers.create", idempotency_key="cmd_1")
    for asked in wire.asked:
        assert asked.headers["authorization"] == f"Bearer {settings.STRIPE_SECRET_KEY}"
        assert asked.headers["stripe-version"] == settings.STRIPE_API_VERSION


def test_the_version_is_ours_and_not_the_one_that_the_sdk_came_with(wire: Wire, settings: Any) -> None:
    settings.STRIPE_API_VERSION = "2025-01-27.acacia"
    ask("get", "/v1/customers", operation="customers.list")
    assert wire.only.headers["stripe-version"] == "2025-01-27.acacia"


@pytest.mark.parametrize("method", ["post", "delete"])
def test_our_idempotency_key_arrives_as_it_is(wire: Wire, method: str) -> None:
    ask(method, "/v1/subscriptions/sub_1", operation="test.key", idempotency_key="cmd_0190-7:a")
    assert wire.only.headers["idempotency-key"] == "cmd_0190-7:a"


def test_a_question_has_no_idempotency_key(wire: Wire) -> None:
    ask("get", "/v1/customers/cus_1", operation="test.key")
    assert "idempotency-key" not in wire.only.headers


def test_parameters_of_a_question_are_in_the_address_and_of_a_write_in_the_body(wire: Wire) -> None:
    ask("get", "/v1/invoices", {"customer": "cus_1", "limit": 3}, operation="test.parameters")
    ask("post", "/v1/customers", {"name": "Müller & Søn", "metadata": {"a": "1"}}, operation="test.parameters")
    asked, written = wire.asked
    assert (asked.path, sorted(asked.query), asked.body) == (
        "/v1/invoices",
        [("customer", "cus_1"), ("limit", "3")],
        b"",
    )
    assert written.query == []
    assert sorted(written.form) == [("metadata[a]", "1"), ("name", "Müller & Søn")]


def test_lists_and_truths_are_spelled_as_stripe_reads_them(wire: Wire) -> None:
    parameters = {"items": [{"price": "price_1", "quantity": 2}, {"id": "si_1", "deleted": True}], "prorate": False}
    ask("post", "/v1/subscriptions/sub_1", parameters, operation="test.parameters")
    assert dict(wire.only.form) == {
        "items[0][price]": "price_1",
        "items[0][quantity]": "2",
        "items[1][id]": "si_1",
        "items[1][deleted]": "true",
        "prorate": "false",
    }


def test_the_parameters_are_left_as_they_were(wire: Wire) -> None:
    """They are those of a stored command, which may have to be sent again."""
    parameters = {"name": "Acme", "metadata": {"plan": "team"}}
    ask("post", "/v1/customers", parameters, operation="test.parameters", idempotency_key="cmd_1")
    assert parameters == {"name": "Acme", "metadata": {"plan": "team"}}


def test_the_answer_is_plain_json_as_it_was_sent(wire: Wire) -> None:
    """Compared with events, and stored: no object of the SDK, no number that became another."""
    sent = {"id": "in_1", "tax_percent": 7.25, "none": None, "lines": {"data": [{"id": "il_1"}]}, "name": "Zoë"}
    wire.answers_with(200, sent)
    answer = ask("get", "/v1/invoices/in_1", operation="test.answer")
    assert answer == sent
    assert type(answer) is dict
    assert type(answer["lines"]["data"][0]) is dict


@pytest.mark.parametrize("status", [409, 429, 500, 503])
@pytest.mark.parametrize("hint", ["true", "false"])
def test_nothing_is_sent_a_second_time_by_itself(wire: Wire, status: int, hint: str) -> None:
    """The SDK would retry, also where Stripe invites it to; when to ask again is for the stored command to say."""
    wire.answers_with(status, {"error": {"message": "no"}}, Stripe_Should_Retry=hint)
    with pytest.raises(Exception, match="no"):
        ask("post", "/v1/customers", {}, operation="test.once", idempotency_key="cmd_1")
    assert len(wire.asked) == 1


def test_the_secret_key_is_in_no_message(wire: Wire, settings: Any) -> None:
    wire.answers_with(401, {"error": {"message": "Invalid API Key provided: sk_test_****4567"}})
    with pytest.raises(Refused) as refused:
        ask("get", "/v1/customers", operation="test.secret")
    assert settings.STRIPE_SECRET_KEY not in f"{refused.value!r} {refused.value.message} {refused.value.__cause__!r}"


def test_threads_ask_at_the_same_time_and_get_their_own_answers(wire: Wire) -> None:
    found: list[str] = []

    def one(number: int) -> None:
        try:
            found.append(ask("get", f"/v1/customers/cus_{number}", operation="test.threads")["id"])
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["x_1"] * 8
    assert {asked.path for asked in wire.asked} == {f"/v1/customers/cus_{number}" for number in range(8)}


def test_one_client_is_kept_for_each_time_limit(wire: Wire) -> None:
    """Connections to Stripe are kept open between requests."""
    for bulk in (False, True, False, True):
        ask("get", "/v1/customers", operation="test.client", bulk=bulk)
    assert client._client.cache_info().currsize == 2
