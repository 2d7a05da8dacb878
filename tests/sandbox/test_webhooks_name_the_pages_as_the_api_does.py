"""An address of the sandbox's pages is the same in a webhook as in the API's answer."""

from collections.abc import Iterator

import pytest

from tests.sandbox.mailroom import enable, settled
from tests.sandbox.receiver import Receiver, receiving
from tests.sandbox.scenes import Account


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.mark.parametrize("public", [None, "https://pay.example.com"])
def test_a_delivered_address_is_the_public_one(account: Account, receiver: Receiver, public: str | None) -> None:
    account.control("settings", {"public_url": public})
    enable(account, receiver, "invoice.finalized")
    invoice = account.v1.invoices.retrieve(str(account.subscribe().latest_invoice))
    settled(account)
    [event] = receiver.events
    sent = event.data.object
    assert (sent["hosted_invoice_url"], sent["invoice_pdf"]) == (invoice.hosted_invoice_url, invoice.invoice_pdf)
    assert str(invoice.hosted_invoice_url).startswith(f"{public or account.url}/i/")
    assert receiver.refused == 0
