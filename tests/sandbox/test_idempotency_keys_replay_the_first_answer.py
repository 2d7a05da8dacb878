"""Idempotency keys, as Stripe documents them."""

import threading
from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import Account

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
    assert account.v1.invoices.retrieve(invoice).attempt_count == 2  # one at the start, one under the key


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
