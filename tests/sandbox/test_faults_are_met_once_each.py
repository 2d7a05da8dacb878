"""Faults on demand, by operation and count."""

import urllib.error

import pytest
import stripe

from tests.sandbox.running import SECRET_KEY
from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw


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


@pytest.mark.parametrize(
    ("kind", "status", "code", "retry"),
    [
        ("error_429", 429, "rate_limit", None),
        ("lock_timeout", 429, "lock_timeout", "true"),
        ("error_500", 500, None, None),
        ("error_503", 503, None, None),
    ],
)
def test_an_error_has_stripes_shape(
    account: Account, kind: str, status: int, code: str | None, retry: str | None
) -> None:
    account.control("faults", {"operation": "GET /v1/balance", "kind": kind})
    found, body, headers = raw(account, "GET", "/v1/balance")
    assert (found, body["error"].get("code"), headers.get("Stripe-Should-Retry")) == (status, code, retry)
    assert {"type", "message", "request_log_url"} <= body["error"].keys()
    assert raw(account, "GET", "/v1/balance")[0] == 200


def test_the_sdk_tries_again_after_a_lock_timeout_but_not_after_a_rate_limit(account: Account) -> None:
    patient = stripe.StripeClient(SECRET_KEY, base_addresses={"api": account.url}, max_network_retries=2)
    account.control("faults", {"operation": "POST /v1/customers", "kind": "lock_timeout"})
    assert patient.v1.customers.create({"name": "A"}).name == "A"
    account.control("faults", {"operation": "POST /v1/customers", "kind": "error_429"})
    with pytest.raises(stripe.RateLimitError):
        patient.v1.customers.create({"name": "B"})


@pytest.mark.parametrize("length", ["right", "wrong"])
def test_a_cut_answer_leaves_its_effect(account: Account, length: str) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "truncated", "length": length})
    error = stripe.APIConnectionError if length == "wrong" else stripe.APIError
    with pytest.raises(error):
        account.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    assert account.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).name == "A"
    assert len(account.v1.customers.list().data) == 1


@pytest.mark.parametrize(("after", "made"), [(False, 0), (True, 1)])
@pytest.mark.parametrize("kind", ["html", "reset", "error_503", "timeout"])
def test_a_break_comes_before_or_after_the_work(account: Account, kind: str, after: bool, made: int) -> None:
    wanted = {"operation": "POST /v1/customers", "kind": kind, "after": after, "seconds": 0.01}
    account.control("faults", wanted)
    with pytest.raises((stripe.APIError, stripe.APIConnectionError)):
        create(account)
    assert len(account.v1.customers.list().data) == made


def test_a_glob_names_many_operations(account: Account) -> None:
    account.control("faults", {"operation": "* /v1/customers*", "kind": "error_500", "count": 3})
    customer = None
    for ask in (
        lambda: create(account),
        lambda: account.v1.customers.list(),
        lambda: account.v1.customers.retrieve("a"),
    ):
        with pytest.raises(stripe.APIError):
            customer = ask()
    assert customer is None
    assert account.v1.products.list().data == []


def test_a_rate_is_drawn_from_its_seed_in_the_order_of_requests(account: Account) -> None:
    def drawn(seed: str) -> list[int]:
        account.control("faults", method="DELETE")
        account.control("faults", {"operation": "GET /v1/balance", "kind": "error_500", "rate": 0.4, "seed": seed})
        return [raw(account, "GET", "/v1/balance")[0] for _ in range(30)]

    first = drawn("a")
    assert 5 < first.count(500) < 20
    assert drawn("a") == first
    assert drawn("b") != first
    [fault] = account.control("faults")["faults"]
    assert (fault["met"], fault["count"], fault["rate"]) == (drawn("b").count(500), None, 0.4)


def test_a_listing_tells_how_often_each_was_met_and_one_can_be_removed(account: Account) -> None:
    kept = account.control("faults", {"operation": "GET /v1/balance", "kind": "error_500", "count": 3})["id"]
    gone = account.control("faults", {"operation": "GET /v1/balance", "kind": "error_503", "count": 1})["id"]
    raw(account, "GET", "/v1/balance")
    account.control(f"faults/{gone}", method="DELETE")
    assert [(fault["id"], fault["met"], fault["count"]) for fault in account.control("faults")["faults"]] == [
        (kept, 1, 2)
    ]
    assert [raw(account, "GET", "/v1/balance")[0] for _ in range(3)] == [500, 500, 200]
    listed = account.control("faults")
    assert ([], [(kept, 3)]) == (listed["faults"], [(fault["id"], fault["met"]) for fault in listed["spent"]])


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "unicorn"},
        {},
        {"kind": "error_500", "count": 0},
        {"kind": "error_500", "count": "many"},
        {"kind": "error_500", "rate": 1.5},
        {"kind": "error_429", "after": True},
        {"kind": "slow", "seconds": -1},
        {"kind": "truncated", "length": "odd"},
        {"kind": "error_500", "nonsense": 1},
    ],
)
def test_a_malformed_fault_is_refused_and_nothing_breaks(account: Account, body: dict) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        account.control("faults", body)
    with refused.value:
        assert refused.value.code == 400
    assert account.control("faults") == {"faults": [], "spent": []}
