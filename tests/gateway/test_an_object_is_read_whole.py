"""Stripe cuts a list inside an object after its first page: an invoice read as it comes loses its further lines."""

from typing import Any

import pytest

from billing.gateway import objects
from billing.gateway.errors import Busy, Refused, Unknown
from tests.gateway.wire import Wire
from tests.inbox.stripe_calls import calls_to_stripe
from tests.sandbox.scenes import Account


def invoice_with_lines(account: Account, count: int) -> str:
    customer = account.customer()
    invoice = account.v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "exclude"})
    for number in range(count):
        account.v1.invoice_items.create(
            {"customer": customer.id, "invoice": invoice.id, "amount": 100 + number, "currency": "usd"}
        )
    return invoice.id


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (10, 1), (11, 2), (25, 2)])
def test_every_line_of_an_invoice_is_there_once(account: Account, count: int, requests: int) -> None:
    invoice = invoice_with_lines(account, count)
    with calls_to_stripe() as calls:
        found = objects.fetch("invoice", invoice)
    assert found is not None
    assert sorted(line["amount"] for line in found["lines"]["data"]) == [100 + number for number in range(count)]
    assert found["lines"]["has_more"] is False
    assert calls().total() == requests


def test_lines_keep_stripes_order(account: Account) -> None:
    invoice = invoice_with_lines(account, 23)
    theirs = [line.id for line in account.v1.invoices.line_items.list(invoice, {"limit": 100}).data]
    assert [line["id"] for line in objects.fetch("invoice", invoice)["lines"]["data"]] == theirs


def nested(has_more: bool, *ids: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": one} for one in ids], "has_more": has_more, "url": "/v1/of/it"}


def test_a_cut_list_is_completed_from_its_own_address(wire: Wire) -> None:
    wire.answers = [
        (200, b'{"data": [{"id": "si_3"}, {"id": "si_4"}], "has_more": true}', {}),
        (200, b'{"data": [{"id": "si_5"}], "has_more": false}', {}),
    ]
    cut = {"object": "subscription", "id": "sub_1", "items": nested(True, "si_1", "si_2"), "status": "active"}
    whole = objects.completed(cut)
    assert [item["id"] for item in whole["items"]["data"]] == ["si_1", "si_2", "si_3", "si_4", "si_5"]
    assert [asked.path for asked in wire.asked] == ["/v1/of/it", "/v1/of/it"]
    assert [dict(asked.query)["starting_after"] for asked in wire.asked] == ["si_2", "si_4"]
    assert whole == {**cut, "items": whole["items"]}
    assert cut["items"] == nested(True, "si_1", "si_2")


@pytest.mark.parametrize(
    "whole",
    [
        {"object": "invoice", "lines": nested(False, "il_1")},
        {"object": "invoice", "lines": None},
        {"object": "invoice"},
        {"object": "customer", "lines": nested(True, "x")},
        {"object": "subscription", "lines": nested(True, "x"), "items": nested(False)},
        {"object": "charge", "refunds": nested(True, "re_1")},
        {},
    ],
)
def test_what_is_whole_needs_no_request(wire: Wire, whole: dict[str, Any]) -> None:
    assert objects.is_complete(whole)
    assert objects.completed(whole) is whole
    assert wire.asked == []


@pytest.mark.parametrize(("kind", "name"), [("invoice", "lines"), ("subscription", "items")])
def test_what_is_cut_is_seen(kind: str, name: str) -> None:
    assert not objects.is_complete({"object": kind, name: nested(True, "x")})


def test_every_kind_that_a_signup_makes_can_be_read(account: Account) -> None:
    account.subscribe()
    account.v1.setup_intents.create({"customer": account.customer().id})
    charge = account.v1.charges.list().data[0]
    account.v1.refunds.create({"charge": charge.id, "amount": 100})
    made = {one["object"]: one["id"] for one in account.dump()}
    kinds = objects.PATHS.keys() - {"account", "checkout.session", "credit_note", "dispute", "payout"}
    assert kinds <= made.keys()
    for kind in kinds:
        found = objects.fetch(kind, made[kind])
        assert (found["object"], found["id"]) == (kind, made[kind])


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("account", "/v1/accounts/x_1"),
        ("checkout.session", "/v1/checkout/sessions/x_1"),
        ("customer", "/v1/customers/x_1"),
        ("invoice_payment", "/v1/invoice_payments/x_1"),
        ("payment_intent", "/v1/payment_intents/x_1"),
    ],
)
def test_each_kind_has_its_address(wire: Wire, kind: str, path: str) -> None:
    assert objects.fetch(kind, "x_1") == {"id": "x_1"}
    assert (wire.only.method, wire.only.path) == ("GET", path)


@pytest.mark.parametrize("kind", ["event", "balance", "invoiceitem", "", "Customer"])
def test_other_kinds_are_said_to_be_out_of_reach(wire: Wire, kind: str) -> None:
    assert not objects.can_fetch(kind)
    with pytest.raises(KeyError):
        objects.fetch(kind, "x_1")
    assert wire.asked == []


def test_an_object_that_stripe_does_not_have_is_none(account: Account) -> None:
    assert objects.fetch("customer", "cus_nobody") is None


def test_a_deleted_customer_is_there_as_deleted(account: Account) -> None:
    customer = account.v1.customers.create({"name": "A"}).id
    account.v1.customers.delete(customer)
    assert objects.fetch("customer", customer) == {"id": customer, "object": "customer", "deleted": True}


@pytest.mark.parametrize(("status", "fault"), [(401, Refused), (429, Busy), (500, Unknown)])
def test_only_missing_is_taken_for_none(wire: Wire, status: int, fault: type[Exception]) -> None:
    """Else an outage would look as if every object had been deleted."""
    wire.answers_with(status, {"error": {"message": "no"}})
    with pytest.raises(fault):
        objects.fetch("customer", "cus_1")
