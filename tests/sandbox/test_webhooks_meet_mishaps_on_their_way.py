"""Webhooks that get lost, doubled, late, out of order or wrongly signed, by type, rate and count, from a seed."""

import urllib.error
from collections import Counter
from collections.abc import Iterator

import pytest

from sandbox.state.clock import Clock
from sandbox.state.outbox import Letter
from sandbox.state.store import Store
from sandbox.webhooks.office import Office
from tests.sandbox.mailroom import attempts, enable, settled, until
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.scenes import START, Account


@pytest.fixture
def receiver(account: Account) -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def customers(account: Account, count: int) -> list[str]:
    """Their ids; all their events are sent at once."""
    account.control("deliveries", {"pause": True})
    made = [account.v1.customers.create({"name": f"C{number}"}).id for number in range(count)]
    account.control("deliveries", {"pause": False})
    settled(account)
    return made


def arrived(receiver: Receiver) -> list[str]:
    return [event.data.object.id for event in receiver.events]


def test_some_are_lost_the_same_ones_for_the_same_seed(account: Account, receiver: Receiver) -> None:
    runs = []
    for seed in ("a", "a", "b"):
        account.control("reset", {"clock": START})
        account.control("mishaps", {"kind": "lose", "type": "customer.*", "rate": 0.5, "seed": seed})
        enable(account, receiver, "customer.created")
        receiver.events.clear()
        made = customers(account, 30)
        lost = account.control("deliveries")["lost"]
        assert (len(receiver.events) + lost, 5 < lost < 25) == (30, True)
        assert account.control("mishaps")["mishaps"][0]["met"] == lost
        runs.append([made.index(one) for one in sorted(arrived(receiver), key=made.index)])
    assert runs[0] == runs[1] != runs[2]


def test_the_first_so_many_are_doubled(account: Account, receiver: Receiver) -> None:
    account.control("mishaps", {"kind": "duplicate", "count": 3})
    enable(account, receiver, "customer.created")
    made = customers(account, 5)
    until(lambda: len(receiver.events), lambda count: count == 8)
    times = Counter(arrived(receiver))
    assert [times[one] for one in made] == [2, 2, 2, 1, 1]
    [listed] = account.control("mishaps")["mishaps"]
    assert (listed["met"], listed["count"]) == (3, 0)


def test_only_the_type_and_the_endpoint_that_are_named_are_hit(account: Account, receiver: Receiver) -> None:
    with receiving() as other:
        first = enable(account, receiver)
        enable(account, other)
        account.control("mishaps", {"kind": "lose", "type": "product.*", "endpoint": first})
        account.product()
        account.customer(card=None)
        settled(account)
        assert [event.type for event in receiver.events] == ["customer.created"]
        assert sorted(event.type for event in other.events) == ["customer.created", "product.created"]


def test_a_delay_of_the_clock_ends_when_the_clock_gets_there(account: Account, receiver: Receiver) -> None:
    account.control("mishaps", {"kind": "delay", "count": 1, "seconds": [60, 120], "of": "clock"})
    enable(account, receiver, "customer.created")
    account.control("deliveries", {"pause": True})
    account.customer(card=None, name="late")
    account.customer(card=None, name="prompt")
    account.control("deliveries", {"pause": False})
    until(lambda: len(receiver.events), lambda count: count == 1)
    assert receiver.events[0].data.object.name == "prompt"
    account.advance(59)
    assert account.control("deliveries")["pending"] == 1
    account.advance(61)
    settled(account)
    assert [event.data.object.name for event in receiver.events] == ["prompt", "late"]


def test_a_delay_of_the_wall_passes_by_itself(account: Account, receiver: Receiver) -> None:
    account.control("mishaps", {"kind": "delay", "seconds": 0.05})
    enable(account, receiver, "customer.created")
    made = customers(account, 3)
    assert sorted(arrived(receiver)) == sorted(made)
    assert account.control("mishaps")["mishaps"][0]["met"] == 3


def test_those_that_are_reordered_go_to_the_end_of_the_queue() -> None:
    store = Store(":memory:")
    office = Office(store, Clock(store, START))
    office.mishaps.add("reorder", type="customer.*", count=3)
    kinds = ["customer.created"] * 5 + ["product.created"] * 2
    queue = [Letter(number, f"evt_{number}", "we_1", 0, START, 0, 0, 0, kind, b"") for number, kind in enumerate(kinds)]
    order = [letter.number for letter in office.met(queue)]
    assert (order[:4], sorted(order[4:])) == ([3, 4, 5, 6], [0, 1, 2])
    store.close()


def test_all_that_are_reordered_arrive(account: Account, receiver: Receiver) -> None:
    account.control("mishaps", {"kind": "reorder", "count": 4})
    enable(account, receiver, "customer.created")
    made = customers(account, 12)
    assert sorted(arrived(receiver)) == sorted(made)
    assert account.control("mishaps")["mishaps"][0]["met"] == 4


@pytest.mark.parametrize("kind", ["wrong_secret", "corrupt"])
def test_a_wrong_signature_is_refused_and_the_next_attempt_is_right(
    account: Account, receiver: Receiver, kind: str
) -> None:
    account.control("mishaps", {"kind": kind, "count": 2})
    enable(account, receiver, "customer.created")
    [made] = customers(account, 1)
    assert (arrived(receiver), receiver.refused) == ([made], 2)
    event = account.v1.events.list({"type": "customer.created"}).data[0].id
    assert [attempt["status"] for attempt in attempts(account, event)] == [400, 400, 200]


def test_one_is_removed_and_all_are_cleared(account: Account, receiver: Receiver) -> None:
    first = account.control("mishaps", {"kind": "lose"})["id"]
    second = account.control("mishaps", {"kind": "duplicate"})["id"]
    left = account.control(f"mishaps/{first}", method="DELETE")["mishaps"]
    assert [mishap["id"] for mishap in left] == [second]
    assert account.control("mishaps", method="DELETE") == {"mishaps": []}
    enable(account, receiver, "customer.created")
    made = customers(account, 1)
    assert arrived(receiver) == made


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "unicorn"},
        {"kind": "lose", "rate": 2},
        {"kind": "lose", "count": 0},
        {"kind": "delay", "seconds": [5, 1]},
        {"kind": "delay", "seconds": "long"},
        {"kind": "delay", "of": "moon"},
        {"kind": "lose", "nonsense": 1},
    ],
)
def test_a_malformed_mishap_is_refused(account: Account, body: dict) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        account.control("mishaps", body)
    with refused.value:
        assert refused.value.code == 400
    assert account.control("mishaps") == {"mishaps": []}
