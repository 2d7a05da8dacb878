"""Restricted keys: permissions by resource, Stripe's 403, and keys that are not known."""

import urllib.error

import pytest
import stripe

from tests.sandbox.running import SECRET_KEY, running_sandbox
from tests.sandbox.scenes import START, Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw


def restricted(account: Account, **permissions: str) -> stripe.StripeClient:
    """A client with a new key; `any_` stands for every resource that is not named."""
    wanted = {"*" if name == "any_" else name: level for name, level in permissions.items()}
    key = account.control("keys", {"permissions": wanted})["key"]
    return stripe.StripeClient(key, base_addresses={"api": account.url}, max_network_retries=0)


def test_a_key_reads_and_writes_what_it_may(account: Account) -> None:
    account.price()
    client = restricted(account, customer="write", plan="read")
    customer = client.v1.customers.create({"name": "A"})
    assert client.v1.customers.retrieve(customer.id).name == "A"
    assert len(client.v1.prices.list().data) == 1
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.prices.create({"currency": "usd", "unit_amount": 1, "product_data": {"name": "B"}})
    error = refused.value
    assert (error.http_status, error.error.type, error.code) == (403, "invalid_request_error", None)
    assert str(error.user_message).startswith("The provided key 'rk_test_*")
    assert "does not have the required permissions for this endpoint on account 'acct_" in str(error)
    assert str(error).endswith("Having the 'rak_plan_write' permission would allow this request to continue.")


def test_a_key_that_only_reads_can_write_nothing(account: Account) -> None:
    subscription = account.subscribe()
    client = restricted(account, any_="read")
    before = account.control("digest")
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert client.v1.events.list().data != []
    for write in (
        lambda: client.v1.subscriptions.cancel(subscription.id),
        lambda: client.v1.customers.update(subscription.customer, {"name": "B"}),
        lambda: client.v1.customers.delete(subscription.customer),
        lambda: client.v1.refunds.create({"charge": "ch_1"}),
    ):
        with pytest.raises(stripe.PermissionError):
            write()
    assert account.control("digest") == before


def test_a_refusal_leaves_no_trace_under_an_idempotency_key(account: Account) -> None:
    client = restricted(account, customer="read")
    with pytest.raises(stripe.PermissionError):
        client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"})
    assert account.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).name == "A"


def test_any_restricted_key_works_until_one_is_registered(account: Account) -> None:
    unknown = {"Authorization": "Bearer rk_test_0123456789abcdef"}
    assert raw(account, "GET", "/v1/balance", **unknown)[0] == 200
    restricted(account, any_="read")
    status, body, headers = raw(account, "GET", "/v1/balance", **unknown)
    assert (status, body["error"]["message"]) == (401, "Invalid API Key provided: rk_test_************cdef")
    assert headers["WWW-Authenticate"] == 'Basic realm="Stripe"'
    account.control("keys", method="DELETE")
    assert raw(account, "GET", "/v1/balance", **unknown)[0] == 200


def test_a_chosen_key_survives_a_restart_and_can_be_removed(tmp_path: object) -> None:
    key, state = "rk_test_chosenbyhand00000001", f"{tmp_path}/state.sqlite"
    with running_sandbox(state, clock=START) as url:
        Account.at(url).control("keys", {"key": key, "permissions": {"balance": "read"}})
    with running_sandbox(state) as url:
        account = Account.at(url)
        assert raw(account, "GET", "/v1/balance", Authorization=f"Bearer {key}")[0] == 200
        assert raw(account, "GET", "/v1/events", Authorization=f"Bearer {key}")[0] == 403
        assert raw(account, "GET", "/v1/events", Authorization=f"Bearer {SECRET_KEY}")[0] == 200
        account.control(f"keys/{key}", method="DELETE")
        assert account.control("keys")["keys"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"unicorn": "read"}},
        {"permissions": {"customer": "admin"}},
        {"permissions": "all"},
        {"key": "sk_test_0123456789abcdef"},
        {"nonsense": 1},
    ],
)
def test_a_malformed_key_is_refused(account: Account, body: dict) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        account.control("keys", body)
    with refused.value:
        assert refused.value.code == 400
    assert account.control("keys")["keys"] == []
