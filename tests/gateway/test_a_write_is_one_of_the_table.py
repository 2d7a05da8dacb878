"""A stored command names its operation; years later the same name must still send the same request."""

import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.gateway.errors import Declined, Missing, Unknown
from billing.gateway.operations import OPERATIONS, _ordered, perform
from tests.gateway.wire import Wire
from tests.sandbox.scenes import Account

# Of stored commands: a name that is gone, or means another request, breaks those that are still open.
SENT = {
    "customers.create": ("POST", "/v1/customers"),
    "customers.delete": ("DELETE", "/v1/customers/x_1"),
    "customers.update": ("POST", "/v1/customers/x_1"),
    "payment_methods.attach": ("POST", "/v1/payment_methods/x_1/attach"),
    "prices.create": ("POST", "/v1/prices"),
    "products.create": ("POST", "/v1/products"),
    "refunds.create": ("POST", "/v1/refunds"),
    "subscriptions.cancel": ("DELETE", "/v1/subscriptions/x_1"),
    "subscriptions.create": ("POST", "/v1/subscriptions"),
    "subscriptions.update": ("POST", "/v1/subscriptions/x_1"),
    "webhook_endpoints.create": ("POST", "/v1/webhook_endpoints"),
}


def test_the_table_is_the_one_of_stored_commands() -> None:
    assert OPERATIONS.keys() == SENT.keys()


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent(wire: Wire, name: str) -> None:
    """The id is in the path and nowhere else, the key in its header."""
    answer = perform(name, {"id": "x_1", "metadata": {"a": "b"}}, idempotency_key="cmd_7")
    asked = wire.only
    assert answer == {"id": "x_1"}
    assert (asked.method, asked.path) == SENT[name]
    assert asked.headers["idempotency-key"] == "cmd_7"
    assert [*asked.query, *asked.form] == [("metadata[a]", "b")]


@pytest.mark.parametrize("name", ["", "customers.erase", "customers", "invoices.pay"])
def test_another_name_is_refused_before_anything_is_sent(wire: Wire, name: str) -> None:
    with pytest.raises(KeyError):
        perform(name, {}, idempotency_key="cmd_1")
    assert wire.asked == []


PARAMETERS = {"customer": "cus_1", "items": [{"price": "p", "quantity": 2}], "metadata": {"z": "1", "a": "2"}}


def test_every_order_of_words_is_sent_as_the_same_bytes(wire: Wire) -> None:
    """Stripe refuses a known key with another body, and JSONB gives the words back in an order of its own."""
    for words in itertools.permutations(PARAMETERS.items()):
        turned = {name: dict(reversed(value.items())) if isinstance(value, dict) else value for name, value in words}
        perform("subscriptions.create", turned, idempotency_key="cmd_1")
        perform("subscriptions.create", dict(words), idempotency_key="cmd_1")
    assert len(wire.asked) == 12
    assert len({asked.body for asked in wire.asked}) == 1


def test_the_order_of_a_list_is_meant(wire: Wire) -> None:
    for items in (["a", "b"], ["b", "a"]):
        perform("subscriptions.create", {"items": [{"price": one} for one in items]}, idempotency_key="cmd_1")
    first, second = wire.asked
    assert first.form == [("items[0][price]", "a"), ("items[1][price]", "b")]
    assert second.form == [("items[0][price]", "b"), ("items[1][price]", "a")]


values = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=4)),
    max_leaves=12,
)


def shuffled(value: Any, by: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        by.shuffle(names)
        return {name: shuffled(value[name], by) for name in names}
    return [shuffled(one, by) for one in value] if isinstance(value, list) else value


@given(values, st.randoms(use_true_random=False))
def test_ordering_changes_the_order_and_nothing_else(value: Any, by: random.Random) -> None:
    other = shuffled(value, by)
    assert _ordered(other) == value
    assert json.dumps(_ordered(other)) == json.dumps(_ordered(value))


def test_the_parameters_of_a_command_stay_as_they_are(wire: Wire) -> None:
    parameters = {"id": "sub_1", "items": [{"price": "p"}]}
    perform("subscriptions.update", parameters, idempotency_key="cmd_1")
    assert parameters == {"id": "sub_1", "items": [{"price": "p"}]}


def test_the_same_key_is_the_same_customer(account: Account) -> None:
    made = [perform("customers.create", {"name": "Acme"}, idempotency_key="cmd_same") for _ in range(3)]
    assert made[0] == made[1] == made[2]
    assert len(account.v1.customers.list().data) == 1


def test_another_key_is_another_customer(account: Account) -> None:
    made = [perform("customers.create", {"name": "Acme"}, idempotency_key=f"cmd_{number}") for number in range(2)]
    assert made[0]["id"] != made[1]["id"]
    assert len(account.v1.customers.list().data) == 2


def test_a_known_key_with_other_words_does_nothing_and_is_no_refusal(account: Account) -> None:
    perform("customers.create", {"name": "Acme"}, idempotency_key="cmd_words")
    with pytest.raises(Unknown) as raised:
        perform("customers.create", {"name": "Other"}, idempotency_key="cmd_words")
    assert raised.value.code == "idempotency_error"
    assert [customer.name for customer in account.v1.customers.list().data] == ["Acme"]


def test_after_a_lost_answer_the_same_key_finds_what_was_done(account: Account) -> None:
    account.control("faults", {"operation": "POST /v1/customers", "kind": "drop_response"})
    with pytest.raises(Unknown):
        perform("customers.create", {"name": "Acme"}, idempotency_key="cmd_lost")
    found = perform("customers.create", {"name": "Acme"}, idempotency_key="cmd_lost")
    assert [customer.id for customer in account.v1.customers.list().data] == [found["id"]]


def test_a_subscription_lives_through_its_operations(account: Account) -> None:
    price, dearer = account.price(2900), account.price(7900)
    customer = account.customer().id
    words = {"customer": customer, "items": [{"price": price.id}]}
    made = perform("subscriptions.create", words, idempotency_key="cmd_create")
    (item,) = made["items"]["data"]
    changed = perform(
        "subscriptions.update",
        {"id": made["id"], "items": [{"id": item["id"], "price": dearer.id}]},
        idempotency_key="cmd_update",
    )
    assert changed["items"]["data"][0]["price"]["id"] == dearer.id
    ended = perform("subscriptions.cancel", {"id": made["id"]}, idempotency_key="cmd_cancel")
    assert (made["status"], changed["status"], ended["status"]) == ("active", "active", "canceled")
    assert {made["id"], changed["id"], ended["id"]} == {made["id"]}


def test_a_card_that_is_declined_says_why(account: Account) -> None:
    customer = account.customer(None).id
    words = {"id": "pm_card_visa_chargeDeclinedInsufficientFunds", "customer": customer}
    with pytest.raises(Declined) as raised:
        perform("payment_methods.attach", words, idempotency_key="cmd_card")
    assert (raised.value.code, raised.value.decline_code) == ("card_declined", "insufficient_funds")
    assert raised.value.message == "Your card has insufficient funds."
    assert account.v1.customers.payment_methods.list(customer).data == []


@pytest.mark.parametrize("name", ["subscriptions.cancel", "subscriptions.update", "customers.update"])
def test_what_is_not_there_is_missing(account: Account, name: str) -> None:
    with pytest.raises(Missing) as raised:
        perform(name, {"id": "x_nobody"}, idempotency_key="cmd_missing")
    assert raised.value.code == "resource_missing"
    assert "x_nobody" in raised.value.message
