"""Lists: newest first also within a second, both ways by the SDK, under writes, and with cursors that are not there."""

from typing import Any

import pytest
import stripe

from tests.sandbox.scenes import DAY, Account
from tests.sandbox.test_errors_have_stripes_shape_and_status import raw


def made(account: Account, count: int) -> list[str]:
    """Customers of one second, newest first."""
    return [account.v1.customers.create({"name": f"C{number}"}).id for number in range(count)][::-1]


def ids(found: Any) -> list[str]:
    return [entry.id for entry in found]


def test_within_a_second_the_last_one_comes_first(account: Account) -> None:
    newest_first = made(account, 5)
    assert ids(account.v1.customers.list().data) == newest_first


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_sdk_walks_forward_and_backward(account: Account, limit: int) -> None:
    everything = made(account, 7)
    listed = account.v1.customers.list
    assert ids(listed({"limit": limit}).auto_paging_iter()) == everything
    backward = listed({"limit": limit, "ending_before": everything[-1]})
    assert ids(backward.auto_paging_iter()) == everything[:-1][::-1]


def test_the_first_page_without_a_limit_has_ten(account: Account) -> None:
    everything = made(account, 11)
    page = account.v1.customers.list()
    assert (ids(page.data), page.has_more, page.url, page.object) == (everything[:10], True, "/v1/customers", "list")
    rest = account.v1.customers.list({"starting_after": everything[9]})
    assert (ids(rest.data), rest.has_more) == (everything[10:], False)


def test_an_exact_page_has_nothing_more(account: Account) -> None:
    everything = made(account, 4)
    assert account.v1.customers.list({"limit": 4}).has_more is False
    back = account.v1.customers.list({"limit": 3, "ending_before": everything[3]})
    assert (ids(back.data), back.has_more) == (everything[:3], False)
    assert account.v1.customers.list({"ending_before": everything[0]}).data == []


def test_what_is_made_during_a_walk_does_not_shift_it(account: Account) -> None:
    everything = made(account, 6)
    page = account.v1.customers.list({"limit": 3})
    made(account, 4)
    assert ids(page.auto_paging_iter()) == everything


def test_a_customer_that_was_deleted_still_serves_as_a_cursor(account: Account) -> None:
    everything = made(account, 5)
    account.v1.customers.delete(everything[2])
    assert ids(account.v1.customers.list({"starting_after": everything[2]}).data) == everything[3:]
    assert ids(account.v1.customers.list().data) == [one for one in everything if one != everything[2]]


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ("limit=0", "limit", "parameter_invalid_integer"),
        ("limit=101", "limit", "parameter_invalid_integer"),
        ("limit=ten", "limit", "parameter_invalid_integer"),
        ("limit=-1", "limit", "parameter_invalid_integer"),
        ("limit=1.5", "limit", "parameter_invalid_integer"),
        ("limit=", "limit", "parameter_invalid_integer"),
        ("limit=%D9%A3", "limit", "parameter_invalid_integer"),
        ("starting_after=cus_none", "starting_after", "resource_missing"),
        ("ending_before=cus_none", "ending_before", "resource_missing"),
        ("starting_after=a&ending_before=b", None, None),
        ("created[since]=1", "created[since]", "parameter_unknown"),
        ("created=yesterday", "created", "parameter_invalid_integer"),
        ("page=2", "page", "parameter_unknown"),
    ],
)
def test_a_bad_page_is_refused_with_its_parameter(
    account: Account, query: str, param: str | None, code: str | None
) -> None:
    status, body, _ = raw(account, "GET", f"/v1/customers?{query}")
    assert (status, body["error"].get("param"), body["error"].get("code")) == (400, param, code)


def test_a_cursor_of_another_noun_is_missing(account: Account) -> None:
    product = account.product()
    with pytest.raises(stripe.InvalidRequestError, match=f"No such customer: '{product.id}'"):
        account.v1.customers.list({"starting_after": product.id})


def test_lists_inside_an_object_are_paged_in_their_own_order(account: Account) -> None:
    customer = account.customer().id
    for number in range(5):
        account.v1.invoice_items.create({"customer": customer, "amount": 100 + number, "currency": "usd"})
    invoice = account.v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include"})
    everything = ids(account.v1.invoices.line_items.list(invoice.id, {"limit": 100}).data)
    assert len(everything) == 5
    first = account.v1.invoices.line_items.list(invoice.id, {"limit": 2})
    assert (ids(first.data), first.has_more) == (everything[:2], True)
    assert ids(first.auto_paging_iter()) == everything
    query = f"starting_after={everything[0]}&ending_before={everything[4]}"
    assert raw(account, "GET", f"/v1/invoices/{invoice.id}/lines?{query}")[0] == 400


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"gte": 1, "lte": 2}, [2, 1]),
        ({"gt": 1, "lt": 3}, [2]),
        ({"gt": 1}, [3, 2]),
        ({"lt": 1}, [0]),
        ({"gte": 3, "lt": 3}, []),
    ],
)
def test_bounds_of_creation_are_inclusive_or_not_as_they_say(
    account: Account, bounds: dict[str, int], days: list[int]
) -> None:
    start = account.now
    for number in range(4):
        account.v1.customers.create({"name": str(number)})
        account.advance(DAY)
    found = account.v1.customers.list({"created": {name: start + day * DAY for name, day in bounds.items()}})  # type: ignore[typeddict-item]
    assert [int(str(customer.name)) for customer in found.data] == days


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "customer",
            "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.",
        ),
        ("data.status", "This property cannot be expanded (data.status)."),
        ("data.items.data.price.product", "You cannot expand more than 4 levels of a property."),
    ],
)
def test_what_cannot_be_expanded_on_a_list_says_why(account: Account, path: str, message: str) -> None:
    account.subscribe()
    status, body, _ = raw(account, "GET", f"/v1/subscriptions?expand[]={path}")
    assert (status, body["error"]["message"], body["error"]["param"]) == (400, message, "expand")


def test_expand_is_taken_on_writes_and_through_nulls(account: Account) -> None:
    wanted = ["latest_invoice.payments", "default_payment_method", "customer.invoice_settings.default_payment_method"]
    subscription = account.subscribe(expand=wanted)
    assert subscription.latest_invoice.payments.data[0].status == "paid"
    assert subscription.default_payment_method is None
    assert subscription.customer.invoice_settings.default_payment_method.card.last4 == "4242"
