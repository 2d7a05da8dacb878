"""Idempotency keys, as Stripe documents them."""

import threading
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import START, Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw

KEY: Any = {"idempotency_key": "key-1"}


def test_the_same_key_creates_once(account: Account) -> None:
    first = account.v1.customers.create({"name": "A"}, KEY)
    second = account.v1.customers.create({"name": "A"}, KEY)
    assert first.to_dict() == second.to_dict()
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(account.v1.customers.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(account: Account) -> None:
    account.v1.customers.create({"name": "A"}, KEY)
    with pytest.raises(stripe.IdempotencyError) as refused:
        account.v1.customers.create({"name": "B"}, KEY)
    assert refused.value.http_status == 400


def test_a_decline_is_replayed_and_charged_once(account: Account) -> None:
    invoice = account.subscribe(card="pm_card_chargeCustomerFail").latest_invoice
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            account.v1.invoices.pay(invoice, {}, KEY)
        assert declined.value.error.decline_code == "generic_decline"
    assert len(account.v1.charges.list().data) == 2  # one at the start, one under the key


def test_a_500_is_replayed(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "error_500"})
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            account.v1.customers.create({"name": "A"}, KEY)
    assert account.v1.customers.list().data == []


def test_validation_errors_and_429_are_not_kept(account: Account) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        account.v1.customers.create({"nonsense": "A"}, KEY)  # type: ignore[typeddict-unknown-key]
    account.control("faults", {"kind": "error_429", "retry_after": 3})
    with pytest.raises(stripe.RateLimitError) as limited:
        account.v1.customers.create({"name": "A"}, KEY)
    assert limited.value.headers["Retry-After"] == "3"
    assert account.v1.customers.create({"name": "A"}, KEY).name == "A"


def test_a_dropped_response_is_found_again_by_its_key(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "drop_response"})
    with pytest.raises(stripe.APIConnectionError):
        account.v1.customers.create({"name": "A"}, KEY)
    assert account.v1.customers.create({"name": "A"}, KEY).name == "A"
    assert len(account.v1.customers.list().data) == 1


def test_a_key_in_use_is_a_conflict(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "slow", "seconds": 2})
    slow = threading.Thread(target=account.v1.customers.create, args=({"name": "A"}, KEY))
    slow.start()
    while account.control("faults")["faults"]:
        pass
    with pytest.raises(stripe.APIError) as conflict:
        account.v1.customers.create({"name": "A"}, KEY)
    slow.join()
    assert (conflict.value.http_status, conflict.value.error.code) == (409, "idempotency_key_in_use")
    assert len(account.v1.customers.list().data) == 1


def test_a_key_is_forgotten_after_a_day(account: Account) -> None:
    account.v1.customers.create({"name": "A"}, KEY)
    account.advance(86_400)
    assert account.v1.customers.create({"name": "B"}, KEY).name == "B"


def test_a_replay_names_the_first_request(account: Account) -> None:
    first = account.v1.customers.create({"name": "A"}, KEY).last_response.headers
    again = account.v1.customers.create({"name": "A"}, KEY).last_response.headers
    assert "Idempotent-Replayed" not in first
    assert first["Original-Request"] == first["Request-Id"] == again["Original-Request"]
    assert again["Request-Id"] != first["Request-Id"]
    assert (first["Idempotency-Key"], again["Idempotency-Key"]) == ("key-1", "key-1")


def test_the_order_of_parameters_does_not_matter_but_the_endpoint_does(account: Account) -> None:
    made = raw(account, "POST", "/v1/customers", "name=A&email=a%40example.com", Idempotency_Key="k")[1]
    assert raw(account, "POST", "/v1/customers?email=a@example.com", "name=A", Idempotency_Key="k")[1] == made
    status, body, _ = raw(account, "POST", "/v1/products", "name=A", Idempotency_Key="k")
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    assert (
        "for the same endpoint they were first used for ('/v1/products' vs '/v1/customers')" in body["error"]["message"]
    )


def test_a_kept_500_says_that_asking_again_is_of_no_use(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "error_500"})
    status, body, headers = raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")
    assert (status, body["error"]["type"], headers["Stripe-Should-Retry"]) == (500, "api_error", "false")
    again = raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")
    assert (again[0], again[1], again[2]["Stripe-Should-Retry"]) == (500, body, "false")
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k2")[0] == 200


def test_a_500_after_the_effect_is_kept_with_the_effect(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "error_500", "after": True})
    status, body, _ = raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")
    assert status == 500
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")[:2] == (500, body)
    assert [customer.name for customer in account.v1.customers.list().data] == ["A"]


@pytest.mark.parametrize("body", ["name[a]=b", "nonsense=1", "balance=much", "payment_method=pm_none"])
def test_an_answer_to_bad_input_is_not_kept(account: Account, body: str) -> None:
    assert raw(account, "POST", "/v1/customers", body, Idempotency_Key="k")[0] == 400
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")[0] == 200


def test_an_unauthorized_answer_is_not_kept(account: Account) -> None:
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k", Authorization="Bearer no")[0] == 401
    assert raw(account, "POST", "/v1/customers", "name=B", Idempotency_Key="k")[0] == 200


def test_keys_count_for_post_alone(account: Account) -> None:
    customer = account.customer(card=None)
    for _ in range(2):
        assert raw(account, "GET", f"/v1/customers/{customer.id}", Idempotency_Key="k")[0] == 200
    assert raw(account, "DELETE", f"/v1/customers/{customer.id}", Idempotency_Key="k")[1]["deleted"] is True
    status, _, headers = raw(account, "DELETE", f"/v1/customers/{customer.id}", Idempotency_Key="k")
    assert status == 404
    assert "Idempotent-Replayed" not in headers
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k")[0] == 200


def test_a_key_has_at_most_255_characters(account: Account) -> None:
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k" * 256)[0] == 400
    assert raw(account, "POST", "/v1/customers", "name=A", Idempotency_Key="k" * 255)[0] == 200


def test_what_was_answered_under_a_key_outlives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with running_sandbox(state, clock=START) as url:
        first = Account.at(url).v1.customers.create({"name": "A"}, KEY)
    with running_sandbox(state) as url:
        again = Account.at(url)
        assert again.v1.customers.create({"name": "A"}, KEY).to_dict() == first.to_dict()
        with pytest.raises(stripe.IdempotencyError):
            again.v1.customers.create({"name": "B"}, KEY)
