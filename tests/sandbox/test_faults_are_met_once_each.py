"""Faults on demand, by operation and count."""

import pytest
import stripe

from tests.sandbox.scenes import Account


def create(account: Account) -> stripe.Customer:
    return account.v1.customers.create({"name": "A"})


@pytest.mark.parametrize("kind", ["timeout", "reset"])
def test_a_request_that_never_arrived_changed_nothing(account: Account, kind: str) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": kind, "seconds": 0.05})
    with pytest.raises(stripe.APIConnectionError):
        create(account)
    assert account.v1.customers.list().data == []
    assert create(account).name == "A"


def test_a_fault_counts_down_and_knows_its_operation(account: Account) -> None:
    account.control("faults", {"operation": "GET /v1/customers/{id}", "kind": "error_500", "count": 2})
    customer = create(account)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            account.v1.customers.retrieve(customer.id)
    assert account.v1.customers.retrieve(customer.id).id == customer.id


def test_a_fault_may_name_one_object(account: Account) -> None:
    one, two = create(account), create(account)
    account.control("faults", {"operation": f"GET /v1/customers/{two.id}", "kind": "error_429"})
    assert account.v1.customers.retrieve(one.id).id == one.id
    with pytest.raises(stripe.RateLimitError) as limited:
        account.v1.customers.retrieve(two.id)
    assert "Retry-After" not in limited.value.headers


def test_faults_can_be_listed_and_cleared(account: Account) -> None:
    account.control("faults", {"kind": "error_500", "count": 5})
    assert [fault["count"] for fault in account.control("faults")["faults"]] == [5]
    account.control("faults", method="DELETE")
    assert create(account).name == "A"
