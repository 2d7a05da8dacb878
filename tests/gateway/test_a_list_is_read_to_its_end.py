"""Reconciliation compares everything with everything: a page left out would be repaired as if it were missing."""

import itertools

import pytest

from billing.gateway.errors import Refused, Unknown
from billing.gateway.objects import pages
from tests.gateway.wire import Wire
from tests.inbox.stripe_calls import calls_to_stripe
from tests.sandbox.scenes import Account


def customers(account: Account, count: int) -> list[str]:
    """Newest first."""
    return [account.v1.customers.create({"name": f"C{number}"}).id for number in range(count)][::-1]


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (100, 1), (101, 2)])
def test_every_object_once_newest_first(account: Account, count: int, requests: int) -> None:
    made = customers(account, count)
    with calls_to_stripe() as calls:
        assert [one["id"] for one in pages("/v1/customers")] == made
    assert calls() == {"list customers": requests}


def test_small_pages_join_without_a_seam(account: Account) -> None:
    made = customers(account, 5)
    assert [one["id"] for one in pages("/v1/customers", limit=2)] == made


def test_filters_hold_on_every_page(account: Account) -> None:
    one, other = account.subscribe(), account.subscribe()
    for _ in range(3):
        account.v1.invoices.create({"customer": str(one.customer)})
    found = list(pages("/v1/invoices", customer=one.customer, limit=2))
    assert len(found) == 4
    assert {invoice["customer"] for invoice in found} == {one.customer}
    assert len(list(pages("/v1/invoices", customer=other.customer))) == 1


def test_pages_are_asked_for_as_they_are_needed(account: Account) -> None:
    """A reader that has found what it looked for stops there."""
    made = customers(account, 4)
    with calls_to_stripe() as calls:
        first = list(itertools.islice(pages("/v1/customers", limit=2), 2))
    assert [one["id"] for one in first] == made[:2]
    assert calls().total() == 1


def test_what_is_made_meanwhile_neither_doubles_nor_hides_the_older(account: Account) -> None:
    made = customers(account, 4)
    found = []
    for one in pages("/v1/customers", limit=2):
        found.append(one["id"])
        account.v1.customers.create({"name": "late"})
    assert found == made


def test_a_fault_in_the_middle_is_raised_and_never_taken_for_the_end(account: Account) -> None:
    customers(account, 3)
    reading = pages("/v1/customers", limit=2)
    next(reading), next(reading)
    account.control("faults", {"operation": "GET /v1/customers", "kind": "error_500"})
    with pytest.raises(Unknown):
        next(reading)


def test_an_empty_page_that_promises_more_ends_the_list(wire: Wire) -> None:
    """Nothing could be asked for after it: the reader would turn in a circle."""
    wire.answers_with(200, {"data": [], "has_more": True})
    assert list(pages("/v1/customers")) == []
    assert len(wire.asked) == 1


def test_a_filter_that_stripe_does_not_know_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as raised:
        list(pages("/v1/customers", colour="blue"))
    assert (raised.value.code, raised.value.param) == ("parameter_unknown", "colour")


def test_the_count_of_requests_names_the_noun_and_no_id(wire: Wire) -> None:
    """One series of figures for each noun, and not one for each invoice."""
    wire.answers_with(200, {"data": [], "has_more": False})
    with calls_to_stripe() as calls:
        list(pages("/v1/invoices/in_1/lines"))
        list(pages("/v1/invoices/in_2/lines"))
    assert calls() == {"list invoices": 2}
