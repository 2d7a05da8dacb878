"""Redelivery in the sandbox's time: growing gaps for three days, whatever the wall does; and an account of it all."""

from collections.abc import Iterator

import pytest

from sandbox.webhooks.backoff import MOMENTS
from tests.sandbox.mailroom import attempts, enable, settled, until
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.running import running_sandbox
from tests.sandbox.scenes import DAY, START, Account


@pytest.fixture
def receiver(account: Account) -> Iterator[Receiver]:
    account.control("deliveries", {"backoff": "clock"})
    with receiving() as made:
        yield made


def event_of(account: Account, kind: str = "customer.created") -> str:
    return account.v1.events.list({"type": kind}).data[0].id


def test_the_gaps_grow_for_three_days() -> None:
    gaps = [after - before for before, after in zip((0, *MOMENTS), MOMENTS, strict=False)]
    assert (MOMENTS[0], gaps == sorted(gaps), max(gaps)) == (5, True, 43_200)
    assert 3 * DAY - 43_200 < MOMENTS[-1] <= 3 * DAY


def test_nothing_is_tried_again_while_the_clock_stands(account: Account, receiver: Receiver) -> None:
    receiver.answers = [500, 503]
    enable(account, receiver, "customer.created")
    account.customer(card=None)
    event = event_of(account)
    assert [attempt["at"] for attempt in attempts(account, event)] == [START]
    [waiting] = account.control(f"deliveries?event={event}")["waiting"]
    assert waiting["next_attempt"] == {"at": START + MOMENTS[0], "of": "clock"}
    account.advance(4)
    assert len(attempts(account, event)) == 1
    account.advance(1)
    assert [attempt["at"] for attempt in attempts(account, event, 2)] == [START, START + MOMENTS[0]]
    account.advance(DAY)
    assert settled(account)["delivered"] == 1
    assert [attempt["status"] for attempt in attempts(account, event)] == [500, 503, 200]


def test_a_dead_endpoint_is_tried_at_every_moment_and_given_up_after_three_days(
    account: Account, receiver: Receiver
) -> None:
    receiver.answers = [500] * 100
    enable(account, receiver, "customer.created")
    account.customer(card=None)
    event = event_of(account)
    account.advance(3 * DAY - 43_200)
    until(lambda: attempts(account, event), lambda made: len(made) == len(MOMENTS))
    assert account.control("deliveries")["failed"] == 0
    account.advance(DAY)
    assert settled(account)["failed"] == 1
    made = attempts(account, event)
    assert [attempt["at"] - START for attempt in made] == [0, *MOMENTS]
    [waiting] = account.control(f"deliveries?event={event}")["waiting"]
    assert (waiting["status"], waiting["next_attempt"], waiting["attempts"]) == ("failed", None, len(MOMENTS) + 1)
    assert account.v1.events.retrieve(event).pending_webhooks == 1
    account.control("deliveries", {"deliver": "now"})
    receiver.answers = []
    until(lambda: account.v1.events.retrieve(event).pending_webhooks, lambda left: left == 0)


def test_pending_webhooks_fall_to_none(account: Account, receiver: Receiver) -> None:
    enable(account, receiver)
    account.control("deliveries", {"pause": True})
    account.customer(card=None)
    event = event_of(account)
    assert account.v1.events.retrieve(event).pending_webhooks == 1
    assert [entry.id for entry in account.v1.events.list({"delivery_success": False}).data] == [event]
    account.control("deliveries", {"pause": False})
    settled(account)
    assert account.v1.events.retrieve(event).pending_webhooks == 0
    assert [entry.id for entry in account.v1.events.list({"delivery_success": True}).data] == [event]


def test_an_attempt_tells_what_was_answered(account: Account, receiver: Receiver) -> None:
    receiver.answers = [301]
    endpoint = enable(account, receiver, "customer.created")
    account.customer(card=None)
    event = event_of(account)
    [made] = attempts(account, event)
    assert made == {
        "event": event,
        "endpoint": endpoint,
        "at": START,
        "status": 301,
        "error": None,
        "response": "",
    }
    assert account.control("deliveries/attempts")["attempts"] == [made]


def test_what_waits_for_its_moment_outlives_a_restart(tmp_path: object) -> None:
    state = f"{tmp_path}/state.sqlite"
    with receiving() as receiver:
        receiver.answers = [500]
        with running_sandbox(state, clock=START) as url:
            account = Account.at(url)
            enable(account, receiver, "customer.created")
            account.customer(card=None)
            event = event_of(account)
            attempts(account, event)
        with running_sandbox(state) as url:
            account = Account.at(url)
            assert (len(attempts(account, event)), account.now) == (1, START)
            account.advance(5)
            assert settled(account)["pending"] == 0
            assert [attempt["status"] for attempt in attempts(account, event, 2)] == [500, 200]
