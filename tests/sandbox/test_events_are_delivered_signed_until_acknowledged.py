"""Webhooks: signed, retried, filtered; lost, doubled and shuffled on demand."""

from collections.abc import Iterator

import pytest

from tests.sandbox.mailroom import enable, settled
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.scenes import DAY, Account

HANDLED = (
    "customer.subscription.created customer.subscription.updated customer.subscription.deleted"
    " customer.subscription.paused customer.subscription.resumed customer.subscription.trial_will_end invoice.created"
    " invoice.finalized invoice.updated invoice.payment_succeeded invoice.payment_failed"
    " invoice.payment_action_required payment_intent.succeeded payment_intent.payment_failed payment_intent.canceled"
    " payment_method.attached payment_method.detached charge.succeeded charge.failed charge.refunded"
    " checkout.session.completed"
).split()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_every_event_arrives_once_and_verifies(account: Account, receiver: Receiver) -> None:
    enable(account, receiver)
    account.subscribe(account.price(900, "week"))
    account.advance(29 * DAY)
    counts = settled(account)
    sent = sorted(entry["id"] for entry in account.dump() if entry["object"] == "event")
    assert sorted(event.id for event in receiver.events) == sent
    assert (counts["delivered"], counts["failed"], receiver.refused) == (len(sent), 0, 0)


def test_an_endpoint_gets_only_what_it_asked_for(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "customer.created")
    account.customer()
    settled(account)
    account.v1.webhook_endpoints.update(endpoint, {"disabled": True})
    account.customer()
    settled(account)
    assert [event.type for event in receiver.events] == ["customer.created"]
    assert account.v1.webhook_endpoints.retrieve(endpoint).status == "disabled"


def test_a_refused_delivery_is_tried_again(account: Account, receiver: Receiver) -> None:
    receiver.answers = [500, 503, 301]
    enable(account, receiver, "customer.created")
    account.customer(card=None)
    assert settled(account)["delivered"] == 1
    assert len(receiver.events) == 1


def test_what_was_given_up_can_be_sent_again(account: Account, receiver: Receiver) -> None:
    receiver.answers = [500] * 3
    account.control("deliveries", {"max_attempts": 3})
    enable(account, receiver, "customer.created")
    account.customer(card=None)
    counts = settled(account)
    account.control("deliveries", {"max_attempts": 16})
    assert (counts["failed"], receiver.events) == (1, [])
    assert len(account.v1.events.list({"delivery_success": False}).data) == 1
    account.control("deliveries", {"deliver": "now"})
    assert settled(account)["failed"] == 0
    assert account.v1.events.list({"delivery_success": False}).data == []


def test_pausing_holds_deliveries_back(account: Account, receiver: Receiver) -> None:
    enable(account, receiver, "customer.created")
    account.control("deliveries", {"pause": True})
    for _ in range(3):
        account.customer(card=None)
    assert account.control("deliveries")["pending"] == 3
    assert receiver.events == []
    account.control("deliveries", {"pause": False})
    assert settled(account)["delivered"] == 3


def test_deliveries_can_be_doubled_shuffled_and_lost(account: Account, receiver: Receiver) -> None:
    account.control("deliveries", {"pause": True, "duplicate": 1, "shuffle": True, "seed": 3})
    enable(account, receiver, "customer.created")
    made = [account.customer(card=None).id for _ in range(20)]
    account.control("deliveries", {"pause": False})
    settled(account)
    got = [event.data.object.id for event in receiver.events]
    assert sorted(got) == sorted(made * 2)
    assert got[:20] != made
    account.control("deliveries", {"duplicate": 0, "lose": 1})
    account.customer(card=None)
    assert settled(account)["lost"] >= 1
    assert len(receiver.events) == 40


@pytest.mark.parametrize("kind", HANDLED)
def test_every_handled_type_can_be_triggered(account: Account, kind: str) -> None:
    account.subscribe()
    event = account.control("trigger", {"type": kind})
    assert (event["type"], event["created"]) == (kind, account.now)
    shown = event["data"]["object"]
    if kind == "customer.subscription.deleted":
        assert (shown["status"], shown["ended_at"]) == ("canceled", account.now)


def test_an_endpoint_may_have_a_chosen_secret(account: Account, receiver: Receiver) -> None:
    receiver.secret = "whsec_chosen0000000000000000000000"
    account.control("endpoints", {"url": receiver.url, "secret": receiver.secret})
    account.customer(card=None)
    settled(account)
    assert [event.type for event in receiver.events] == ["customer.created"]
