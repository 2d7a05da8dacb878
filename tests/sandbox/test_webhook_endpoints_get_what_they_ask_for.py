"""Webhook endpoints: what may be asked, disabling, deleting, their number, their secret and its rolling."""

import socket
import urllib.error
from collections.abc import Iterator
from contextlib import ExitStack
from typing import get_args

import pytest
import stripe
from stripe.params import WebhookEndpointCreateParams

from sandbox.event_types import EVENT_TYPES
from tests.sandbox.mailroom import attempts, enable, settled, until
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.scenes import Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_every_event_type_that_the_sdk_knows_may_be_asked_for(account: Account) -> None:
    [literal] = get_args(WebhookEndpointCreateParams.__annotations__["enabled_events"])
    assert set(get_args(literal)) - {"*"} == EVENT_TYPES
    made = account.v1.webhook_endpoints.create(
        {"url": "https://example.com/hook", "enabled_events": sorted(EVENT_TYPES)}
    )
    assert made.enabled_events == sorted(EVENT_TYPES)


@pytest.mark.parametrize(
    ("form", "param"),
    [
        ("url=http://127.0.0.1:9/x&enabled_events[]=unicorn.created", "enabled_events[0]"),
        ("url=http://127.0.0.1:9/x&enabled_events[]=*&enabled_events[]=customer.*", "enabled_events[1]"),
        ("url=http://127.0.0.1:9/x&enabled_events=", "enabled_events"),
        ("url=http://127.0.0.1:9/x", "enabled_events"),
        ("url=example.com&enabled_events[]=*", "url"),
        ("url=ftp://example.com&enabled_events[]=*", "url"),
        ("enabled_events[]=*", "url"),
        ("url=http://127.0.0.1:9/x&enabled_events[]=*&api_version=2011-01-01", "api_version"),
    ],
)
def test_a_malformed_endpoint_is_refused(account: Account, form: str, param: str) -> None:
    status, body, _ = raw(account, "POST", "/v1/webhook_endpoints", form)
    assert (status, body["error"]["param"]) == (400, param)
    assert account.v1.webhook_endpoints.list().data == []


def test_the_secret_is_shown_once(account: Account) -> None:
    fields = {"description": "Orders", "metadata": {"team": "red"}, "api_version": "2026-08-26.dahlia"}
    made = account.v1.webhook_endpoints.create({"url": "https://example.com", "enabled_events": ["*"], **fields})  # type: ignore[typeddict-item]
    assert made.secret.startswith("whsec_")
    assert (made.description, made.metadata.to_dict(), made.api_version) == tuple(fields.values())
    for again in (
        account.v1.webhook_endpoints.retrieve(made.id),
        account.v1.webhook_endpoints.update(made.id, {"description": ""}),
        account.v1.webhook_endpoints.list().data[0],
    ):
        assert "secret" not in again.to_dict()


def test_there_are_at_most_sixteen(account: Account) -> None:
    create = account.v1.webhook_endpoints.create
    made = [create({"url": f"https://example.com/{number}", "enabled_events": ["*"]}) for number in range(16)]
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16 test webhook endpoints"):
        create({"url": "https://example.com/16", "enabled_events": ["*"]})
    account.v1.webhook_endpoints.delete(made[0].id)
    assert create({"url": "https://example.com/16", "enabled_events": ["*"]}).status == "enabled"


def test_nothing_is_queued_for_a_disabled_endpoint_and_it_can_be_enabled_again(
    account: Account, receiver: Receiver
) -> None:
    endpoint = enable(account, receiver, "customer.created")
    assert account.v1.webhook_endpoints.update(endpoint, {"disabled": True}).status == "disabled"
    account.customer(card=None)
    assert account.v1.events.list({"type": "customer.created"}).data[0].pending_webhooks == 0
    assert account.v1.webhook_endpoints.update(endpoint, {"disabled": False}).status == "enabled"
    second = account.customer(card=None)
    settled(account)
    assert [event.data.object.id for event in receiver.events] == [second.id]


def test_what_comes_due_while_an_endpoint_is_disabled_is_dropped(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "customer.created")
    account.control("deliveries", {"pause": True})
    account.customer(card=None)
    account.v1.webhook_endpoints.update(endpoint, {"disabled": True})
    account.control("deliveries", {"pause": False})
    assert settled(account)["delivered"] == 0
    assert receiver.events == []


def test_deleting_an_endpoint_drops_its_deliveries(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "customer.created")
    account.control("deliveries", {"pause": True})
    account.customer(card=None)
    assert account.control("deliveries")["pending"] == 1
    account.v1.webhook_endpoints.delete(endpoint)
    account.control("deliveries", {"pause": False})
    assert account.control("deliveries")["pending"] == 0
    assert receiver.events == []


def test_while_a_secret_is_rolled_both_verify(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "customer.created")
    old = receiver.secret
    rolled = account.control(f"endpoints/{endpoint}/roll", {"expires_in": 3600})
    assert rolled["former_expires_at"] == account.now + 3600
    account.customer(card=None)
    settled(account)
    receiver.secret = rolled["secret"]
    account.customer(card=None)
    settled(account)
    assert (len(receiver.events), receiver.refused) == (2, 0)
    account.advance(3600)
    receiver.secret = old
    account.control("deliveries", {"max_attempts": 1})
    account.customer(card=None)
    assert settled(account)["failed"] == 1
    assert receiver.refused == 1


def test_a_secret_that_is_rolled_at_once_ends_the_old_one(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "customer.created")
    account.control(f"endpoints/{endpoint}/roll", {"expires_in": 0, "secret": "whsec_chosen"})
    receiver.secret = "whsec_chosen"
    account.customer(card=None)
    settled(account)
    assert (len(receiver.events), receiver.refused) == (1, 0)


@pytest.mark.parametrize("body", [{"expires_in": -1}, {"expires_in": "soon"}, {"expires_in": 90_000}, {"days": 1}])
def test_a_malformed_roll_changes_nothing(account: Account, receiver: Receiver, body: dict) -> None:
    endpoint = enable(account, receiver)
    with pytest.raises(urllib.error.HTTPError) as refused:
        account.control(f"endpoints/{endpoint}/roll", body)
    with refused.value:
        assert refused.value.code == 400
    account.customer(card=None)
    settled(account)
    assert (len(receiver.events), receiver.refused) == (1, 0)


def test_an_endpoint_that_never_answers_holds_up_no_other(account: Account, receiver: Receiver) -> None:
    with ExitStack() as stack:
        account.control("deliveries", {"timeout": 20})
        for _ in range(3):
            silent = stack.enter_context(socket.socket())
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            account.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
        enable(account, receiver)
        made = [account.customer(card=None).id for _ in range(50)]
        until(lambda: len(receiver.events), lambda count: count == 50)
        assert sorted(event.data.object.id for event in receiver.events) == sorted(made)
        assert account.control("deliveries")["pending"] == 150


def test_an_endpoint_that_is_too_slow_has_failed(account: Account) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        account.control("deliveries", {"timeout": 0.05, "max_attempts": 2})
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        account.v1.webhook_endpoints.create({"url": url, "enabled_events": ["customer.created"]})
        account.customer(card=None)
        assert settled(account)["failed"] == 1
        event = account.v1.events.list({"type": "customer.created"}).data[0].id
        assert [attempt["error"] for attempt in attempts(account, event)] == ["No answer within 0.05 seconds"] * 2


def test_one_event_is_sent_again_to_one_endpoint(account: Account, receiver: Receiver) -> None:
    endpoint = enable(account, receiver, "product.created")
    account.customer(card=None)
    event = account.v1.events.list({"type": "customer.created"}).data[0].id
    for _ in range(2):
        account.control("deliveries/resend", {"event": event, "endpoint": endpoint})
    settled(account)
    assert [got.id for got in receiver.events] == [event, event]
    for body in ({"event": event}, {"event": "evt_none", "endpoint": endpoint}, {"event": endpoint, "endpoint": event}):
        with pytest.raises(urllib.error.HTTPError):
            account.control("deliveries/resend", body)
