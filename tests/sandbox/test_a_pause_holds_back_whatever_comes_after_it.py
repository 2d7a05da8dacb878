"""Once the pause is answered, nothing that happens later is sent before its end, whatever the senders were doing."""

from collections.abc import Iterator

import pytest

from tests.sandbox.mailroom import enable, settled
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.scenes import Account


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.mark.parametrize("number", range(20))
def test_a_new_endpoints_senders_stop_at_once(account: Account, receiver: Receiver, number: int) -> None:
    """The senders of an endpoint begin with a look at the queue: the pause meets them anywhere in it."""
    enable(account, receiver, "customer.created")
    account.control("deliveries", {"pause": True})
    for _ in range(number % 4 + 1):
        account.customer(card=None)
    assert account.control("deliveries")["delivered"] == 0
    assert receiver.events == []
    account.control("deliveries", {"pause": False})
    assert settled(account)["delivered"] == number % 4 + 1
